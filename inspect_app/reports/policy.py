"""Who may read and freeze which figures, and by which rules they are counted. Pure sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspect_app.core.actor import Actor, Held, Placed, Role
from inspect_app.core.errors import sentence
from inspect_app.plans.models import Plan

PROFILED = (Role.REVIEWER, Role.VIEWER, Role.OFFICER)
"""Whose grants open the profile of a unit: all of them see everything that was issued to it."""
CERTIFIED = (Role.REVIEWER, Role.VIEWER)
"""Whose grants open figures that were frozen in their scope."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the counting rules. Whoever changes what a figure means adds one, and says what changed."""

    version: str
    since: date
    said: tuple[str, ...]
    """What changed; of the first, what the rules are."""


RULES = (
    Rules(
        "1",
        date(2026, 11, 22),
        (
            sentence("Mẫu số là hạn chế đã ban hành và không bị rút, tính đến ngày chốt."),
            sentence("Đã khắc phục là hạn chế có lần báo cáo được chấp nhận và không bị mở lại, tính đến ngày chốt."),
            sentence("Đúng hạn: ngày gửi lần báo cáo được chấp nhận không sau thời hạn đang có hiệu lực hôm đó."),
            sentence("Quá hạn: chưa xong, đã qua thời hạn, không có lần báo cáo gửi đúng hạn nào đang chờ xác nhận."),
            sentence("Đơn vị đã kiểm tra là đơn vị thuộc kế hoạch có cuộc kiểm tra đã bắt đầu và không bị hủy."),
        ),
    ),
)
"""Every version that there was, the one in force last."""


def rules_in_force() -> Rules:
    return RULES[-1]


def rules_since(version: str) -> Sequence[Rules]:
    """The versions that came after this one; all of them after one that nobody knows."""
    known = [rules.version for rules in RULES]
    return RULES[known.index(version) + 1 :] if version in known else RULES


def may_read_profile(actor: Actor, unit: Placed) -> bool:
    """Reviewers and leaders in their scope, officers that of their own unit."""
    return any(held.covers(unit) for held in actor.held(*PROFILED))


def own_unit(actor: Actor) -> int | None:
    """The unit that the actor is officer of: the one they belong to, or else the first they were given."""
    ids = [held.unit_id for held in actor.held(Role.OFFICER)]
    return actor.home_unit_id if actor.home_unit_id in ids else next(iter(ids), None)


def freezes_as(actor: Actor, plan: Plan | None) -> Held | None:
    """The grant in whose scope the actor may freeze the figures of the plan, or of a whole year; the widest of them.

    Of a plan that of a reviewer over the unit that issued it or above, or over a unit under that one.
    """
    held = actor.held(Role.REVIEWER)
    if plan is None:
        return min(held, key=lambda one: (len(one.path), one.unit_id), default=None)
    issuer = plan.issuing_unit
    over = [one for one in held if one.covers(issuer) or one.path.startswith(issuer.path)]
    return min(over, key=lambda one: (not one.covers(issuer), len(one.path), one.unit_id), default=None)
