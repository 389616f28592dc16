"""Who of the team follows a finding. Changes no state and no figure."""

from datetime import date

from sqlalchemy import select

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.core.versions import expect
from inspect_app.findings import policy
from inspect_app.findings.models import LIVE, Finding
from inspect_app.findings.services.history import CHANGED, ready, tell
from inspect_app.plans.models import TeamMember
from inspect_app.plans.queries import seated


def follow(finding: Finding, person_id: int, *, actor: Actor, today: date, version: int | None = None) -> None:
    """Let this member of its team follow the finding. Raises NotAllowed, Stale, WrongState, Invalid."""
    ready(finding)
    if not policy.may_decide(actor, finding):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    expect(finding, version, CHANGED)
    if finding.state not in LIVE:
        raise WrongState("Hạn chế này không còn phải khắc phục nên không phân công được nữa.")
    name = db.session.scalar(
        select(Person.name)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(
            Person.id == person_id,
            Person.active,
            TeamMember.team_id == finding.team_id,
            seated(today),
        )
        .limit(1)
    )
    if name is None:
        raise Invalid("Người này không thuộc đoàn đã kiểm tra, chọn người khác", field="follower")
    if finding.follower_id == person_id:
        return
    before, finding.follower_id = finding.follower_id, person_id
    tell(finding, "follow", actor=actor, on=today, follower_id=person_id, follower=name, was=before)
