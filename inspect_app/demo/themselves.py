"""Units inspect themselves this year; teams who came after some of them saw otherwise in a few areas."""

from datetime import timedelta

from inspect_app.demo import cast
from inspect_app.demo.past import Stage
from inspect_app.demo.plot import AHEAD, OTHERS, WARD
from inspect_app.plans import services as plans
from inspect_app.plans.models import PlanKind
from inspect_app.units import queries as units
from inspect_app.visits import services as visits
from inspect_app.visits.models import Verdict

LOOKED_AT = (
    (WARD.code, WARD.visited - 25, ("I", "II", "III", "IV", "VT")),
    (OTHERS[0].code, OTHERS[0].visited - 18, ("I", "II", "III", "IV", "V", "VI", "VII", "KL", "VT")),
    (OTHERS[1].code, OTHERS[1].visited - 30, ("I", "III", "VI", "VT")),
    (AHEAD[0][0], -9, ("I", "II", "III", "IV", "V", "VI", "VII", "KL", "VT")),
    (WARD.code, -6, ("III", "VII", "KL")),
)
"""Unit, day counted from today, and the areas that it called fine; it looked at no other."""


def tell(stage: Stage) -> None:
    today = stage.today
    issued = today - timedelta(days=120)
    plan = plans.create_plan(
        kind=PlanKind.SELF,
        year=today.year,
        title=f"Tự kiểm tra công tác cải cách hành chính năm {today.year}",
        issued_on=issued,
        issuing_unit=stage.city,
        illustrative=True,
        note="Toàn bộ nội dung của kế hoạch này là minh họa.",
        actor=cast.on(stage.cast.reviewer, today),
        today=today,
        on=issued,
    )
    for code, days, fine in LOOKED_AT:
        day = today + timedelta(days=days)
        unit = units.by_code(code, today)
        assert unit is not None
        visits.log_self_inspection(
            plan,
            unit,
            began_on=day,
            areas=dict.fromkeys(fine, Verdict.FINE),
            actor=cast.on(stage.cast.reviewer, today),
            today=today,
            on=day,
        )
