"""A form that a service refused: the sentence at its field, the status, nothing half-written."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy.orm.exc import StaleDataError

from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, Invalid, Stale
from inspect_app.web.errors import STATUS, say
from inspect_app.web.forms import BaseForm

REFUSALS = (DomainError, StaleDataError)
"""What a view catches around a service and its commit, to show the form again with what was typed."""
NO_OTHER_NAMES: Mapping[str, str] = {}


class Versioned(Protocol):
    """A record that people edit."""

    version: Any


def refuse(form: BaseForm, refused: Exception, fields: Mapping[str, str] = NO_OTHER_NAMES) -> int:
    """Say it at the field it names, or over the form; undo what was begun; give the status to answer with.

    `fields` tells under which name the form has what the service calls otherwise.
    """
    if isinstance(refused, StaleDataError):
        refused = Stale("Người khác vừa cập nhật nội dung này. Xem bản mới rồi gửi lại.")
    assert isinstance(refused, DomainError)
    name = fields.get(refused.field, refused.field) if isinstance(refused, Invalid) else ""
    if name in form:
        form[name].errors = [say(refused)]
    else:
        form.form_errors.append(say(refused))
    db.session.rollback()
    return next(status for kind, status in STATUS.items() if isinstance(refused, kind))


def refuse_again(
    form: BaseForm, refused: Exception, fresh: Callable[[], Versioned], names: Iterable[str]
) -> tuple[int, Any, list[tuple[str, Any]]]:
    """Refuse a form that changes a record: the status, the record read anew, and after a lost race what differs.

    The form goes back with the new version, so that sending it again means it.
    """
    status = refuse(form, refused)
    record = fresh()
    form.version.data = record.version
    return status, record, differences(form, record, names) if status == 409 else []


def differences(form: BaseForm, record: Any, names: Iterable[str]) -> list[tuple[str, Any]]:
    """After a lost race: (label, value now) of the fields in which the record is not what was typed."""
    return [
        (form[name].label.text, getattr(record, name)) for name in names if form[name].data != getattr(record, name)
    ]
