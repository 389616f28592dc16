"""The rules as they are decided now."""

from collections.abc import Mapping

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.reminders.models import Rule
from inspect_app.reminders.policy import RULES, Decided


def rules() -> Mapping[str, Decided]:
    """Every rule, `RULES` where nobody decided otherwise: one query. Ask once and count with the answer."""
    rows = db.session.execute(select(Rule.code, Rule.days, Rule.active, Rule.by_mail))
    decided = {row.code: Decided(row.code, row.days, row.active, row.by_mail) for row in rows}
    return {code: decided.get(code, Decided(code, told.days)) for code, told in RULES.items()}


def edited() -> Mapping[str, Rule]:
    """The rules that somebody decided about."""
    return {rule.code: rule for rule in db.session.scalars(select(Rule))}
