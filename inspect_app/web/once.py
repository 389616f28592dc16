"""Forms that create something: sending one twice creates nothing twice.

A view asks `sent_before` right before it acts, says `leads_to` right before it commits, and answers a repeated sending
with the address that the first one led to. A form that was refused goes back with its key unused. What waited for the
form, its draft and the files that came ahead of it, is done with as well.
"""

import re
import secrets
from typing import Any

from wtforms import Field
from wtforms.widgets import HiddenInput

from inspect_app.core import once
from inspect_app.web.access import actor
from inspect_app.web.drafts import done_with
from inspect_app.web.forms import BaseForm
from inspect_app.web.uploads import store

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class OnceField(Field):
    """A random key in a hidden input; whoever sends none, or an odd one, gets a new one."""

    data: str
    widget = HiddenInput()

    def process_data(self, value: object) -> None:
        self.data = secrets.token_urlsafe(24)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and isinstance(valuelist[0], str) and _KEY.fullmatch(valuelist[0]):
            self.data = valuelist[0]

    def _value(self) -> str:
        return self.data


class OnceForm(BaseForm):
    once = OnceField()


def sent_before(form: OnceForm) -> str | None:
    """Where this very form led when it was sent before; None for the first time.

    From here on others who write may have to wait, so its files are stored first.
    """
    store(form)
    return once.take(form.once.data, actor=actor())


def leads_to(form: OnceForm, address: str) -> str:
    """Remember the answer for whoever sends the form again."""
    once.lead(form.once.data, address, actor=actor())
    done_with(form)
    return address
