"""What was handed in for 2022, frozen: the report of plan 262 and the overview of the year."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.demo.cast import LAST_DAY_OF_2022
from inspect_app.demo.past import Stage
from inspect_app.plans.models import Plan
from inspect_app.reports import services
from inspect_app.reports.queries.frozen.freezing import Of


def tell(stage: Stage, now: datetime) -> None:
    """After everything that counts for 2022 was told."""
    plan = db.session.scalars(select(Plan).where(Plan.number == "262/KH-UBND")).one()
    for of, title in (
        (Of(plan.year, plan), "Báo cáo kết quả thực hiện Kế hoạch 262/KH-UBND"),
        (Of(plan.year), "Báo cáo công tác kiểm tra năm 2022 gửi UBND thành phố"),
    ):
        when: dict[str, Any] = {"as_of": LAST_DAY_OF_2022, "now": now, "today": stage.today}
        services.freeze(of, actor=stage.reviewer(stage.today), title=title, **when)
