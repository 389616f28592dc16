"""What a notice says, in the reader's language, and where it leads."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspect_app.reminders.jobs import PAGES
from inspect_app.reminders.policy import RULES

LOOKS = {
    "after": ("alert-circle", "late"),
    "due": ("clock", "soon"),
    "finding:return": ("arrow-back-up", "back"),
    "finding:accept": ("circle-check", "done"),
    "task:return": ("arrow-back-up", "back"),
    "task:accept": ("circle-check", "done"),
}
"""What a rule says -> its icon and colour; the rest is neutral."""


def said(code: str, words: Mapping[str, Any]) -> str:
    """The sentence of a notice."""
    return str(_(RULES[code].sentence, **words))


def leads_to(subject_table: str, subject_id: int) -> str:
    """The page of what a notice is about; the list of the reader's findings where it has none of its own."""
    if subject_table not in PAGES:
        return url_for("findings.index", timing="overdue")
    endpoint, argument = PAGES[subject_table]
    values: dict[str, Any] = {argument: subject_id} if argument else {}
    return url_for(endpoint, **values)


def look(code: str) -> tuple[str, str]:
    return LOOKS.get(code, ("bell", ""))
