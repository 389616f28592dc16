"""Looking again at a department, where one shortcoming came back, and a notice that had to be corrected."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.demo import cast, pictures
from inspect_app.demo.past import FILE_LIMIT, Stage
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, Outcome, State
from inspect_app.findings.queries import recheck as earlier
from inspect_app.plans.models import Team
from inspect_app.units import queries as units
from inspect_app.units.models import Unit
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit

LOOKED_AT_AGAIN, CORRECTED = "SYT", "31186"


def tell(stage: Stage) -> None:
    """After the living plan was told."""
    _follow_up(stage)
    _amendment(stage)


def _visit_to(stage: Stage, code: str) -> tuple[Unit, Visit]:
    unit = units.by_code(code, stage.today)
    assert unit is not None
    visit = db.session.scalars(select(Visit).where(Visit.unit_id == unit.id).order_by(Visit.id.desc())).first()
    assert visit is not None
    return unit, visit


def _follow_up(stage: Stage) -> None:
    unit, first = _visit_to(stage, LOOKED_AT_AGAIN)
    head, day = cast.on(stage.cast.head, stage.today), stage.today - timedelta(days=6)
    storing: dict[str, Any] = {"storage": stage.storage, "file_limit": FILE_LIMIT}
    visit = findings.plan_follow_up(
        db.session.get_one(Team, first.team_id),
        unit,
        began_on=day,
        place="Trụ sở cơ quan",
        present="Đoàn kiểm tra; lãnh đạo đơn vị và công chức phụ trách cải cách hành chính.",
        on=day,
        actor=head,
        today=stage.today,
    )
    visits.write_minutes(
        visit,
        began_at="14:00",
        ended_at="16:30",
        remark="Đơn vị giữ được phần lớn kết quả khắc phục.",
        actor=head,
        today=stage.today,
    )
    came_back = False
    for row in earlier.earlier_rows(head, visit, today=stage.today):
        finding = db.session.get_one(Finding, row.id)
        outcome, note, relapse = Outcome.UNFINISHED, "Đơn vị đang làm, chưa công khai.", None
        if row.state is State.RESOLVED and not came_back and finding.area_code == "III":
            came_back, outcome, note = True, Outcome.RELAPSED, "Hai phản ánh mới lại quá hạn trả lời."
            relapse = findings.Particulars(
                area_code=finding.area_code,
                text="Hai phản ánh, kiến nghị lại được trả lời chậm so với thời hạn.",
                required="Trả lời hai phản ánh và phân công người theo dõi thời hạn trả lời.",
                deadline_n=15,
                follower_id=stage.cast.member.id,
            )
        elif row.state is State.RESOLVED:
            outcome, note = Outcome.HELD, ""
        findings.look_again(
            visit, finding, outcome=outcome, note=note, relapse=relapse, actor=head, today=stage.today, **storing
        )
    visits.report(visit, entry=Entry.FOUND, actor=head, today=stage.today, on=day + timedelta(days=1))
    findings.conclude(
        visit,
        number="93/TB-ĐKT",
        dated_on=stage.today - timedelta(days=2),
        signer="Phạm Thu Hà",
        scan=[pictures.letter(visit.id * 7, name="thong-bao-phuc-tra")],
        actor=cast.on(stage.cast.reviewer, stage.today),
        today=stage.today,
        **storing,
    )


def _amendment(stage: Stage) -> None:
    _unit, visit = _visit_to(stage, CORRECTED)
    finding = db.session.scalars(select(Finding).where(Finding.visit_id == visit.id, Finding.area_code == "I")).one()
    findings.amend(
        visit,
        number="71/TB-ĐKT",
        dated_on=stage.today - timedelta(days=20),
        signer="Phạm Thu Hà",
        reason="Thông báo ghi thiếu năm của kế hoạch truyền thông.",
        findings={
            finding.id: findings.Corrected(
                text=f"Chưa ban hành kế hoạch truyền thông về cải cách hành chính năm {visit.day.year}.",
                required=finding.required,
                area_code=finding.area_code,
            )
        },
        notice={},
        actor=cast.on(stage.cast.head, stage.today),
        today=stage.today,
        storage=stage.storage,
        file_limit=FILE_LIMIT,
    )
