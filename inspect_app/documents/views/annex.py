"""The figures of the periodical annex on a page, each leading to the rows that it counts. Only reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.errors import WrongState
from inspect_app.documents.forms import asked_period
from inspect_app.documents.queries import templates as queries
from inspect_app.documents.queries.letters.statistics import GROUPS
from inspect_app.documents.queries.statistics import SHARES, numbers_of, printed
from inspect_app.documents.views.letters import PERIODS, bp
from inspect_app.plans.models import PlanKind
from inspect_app.reports.forms.links import BEGUN
from inspect_app.units.models import UnitKind
from inspect_app.web.access import actor, for_roles
from inspect_app.workdays.periods import Period, period

BY_TEAMS = (PlanKind.SCHEDULED, PlanKind.SURPRISE)
UNITS_OF = {
    "don_vi_duoc_kiem_tra": (),
    "so_nganh_duoc_kiem_tra": (UnitKind.DEPARTMENT,),
    "quan_huyen_duoc_kiem_tra": (UnitKind.DISTRICT,),
    "xa_phuong_duoc_kiem_tra": (UnitKind.COMMUNE,),
    "don_vi_truc_thuoc_duoc_kiem_tra": (UnitKind.AFFILIATE,),
}
"""Figures that count units, each once: the list has their inspections."""


@bp.get("/statistics/figures")
@for_roles(Role.REVIEWER, Role.VIEWER)
def annex() -> ResponseReturnValue:
    """What the annex of `?year=` and `?period=` says, before it is taken; without both, that of this year."""
    today = clock.today()
    wanted = asked_period(request.args, today) or abort(404)
    code, year = wanted
    told = period(code, year)
    over = told.until(today)
    if over is None:
        raise WrongState("Kỳ báo cáo này chưa bắt đầu.")
    numbers = numbers_of(actor(), told, today)
    return render_template(
        "documents/annex.html",
        year=year,
        code=code,
        period=told,
        day=over.last,
        groups=GROUPS,
        numbers=numbers,
        printed=printed(numbers),
        shares=SHARES,
        links=lists_behind(over, today),
        of_units=UNITS_OF,
        said={"year": year, "period": code},
        words=PERIODS,
        changed=queries.in_force("statistics") is not None,
    )


def lists_behind(over: Period, today: date) -> Mapping[str, str]:
    """Figure -> the list of what it counts; `over` is as much of the period as is over. Letters have no list."""
    first, last = over.first.isoformat(), over.last.isoformat()
    as_of = {"as_of": last} if over.last < today else {}

    def between(name: str) -> dict[str, Any]:
        return {f"{name}_from": first, f"{name}_to": last}

    def findings(**chosen: Any) -> str:
        return _list("findings.index", **chosen, **as_of)

    def tasks(**chosen: Any) -> str:
        return _list("tasks.index", **chosen, **as_of)

    def visits(*kinds: PlanKind, **chosen: Any) -> str:
        return _list("visits.index", plan_kind=kinds, state=BEGUN, since=first, until=last, **chosen, **as_of)

    return {
        "ke_hoach_kiem_tra": _list("plans.index", kind=BY_TEAMS, **between("issued")),
        "cuoc_kiem_tra": visits(*BY_TEAMS),
        "cuoc_dot_xuat": visits(PlanKind.SURPRISE),
        "cuoc_phuc_tra": visits(*BY_TEAMS, follow_up=1),
        "luot_tu_kiem_tra": visits(PlanKind.SELF),
        **{name: visits(*BY_TEAMS, kind=kinds) for name, kinds in UNITS_OF.items()},
        "han_che_ket_luan": findings(counted=1, **between("issued")),
        "han_che_lap_lai": findings(counted=1, repeats=1, **between("issued")),
        "han_che_da_xu_ly": findings(state="resolved", **between("issued")),
        "khac_phuc_trong_ky": findings(state="resolved", **between("done")),
        "khac_phuc_dung_han": findings(timing="on_time", **between("done")),
        "khac_phuc_qua_han": findings(timing="late", **between("done")),
        "han_che_con_lai": findings(timing="live"),
        "han_che_con_qua_han": findings(timing="overdue"),
        "nhiem_vu_giao": tasks(counted=1, **between("given")),
        "nhiem_vu_xong": tasks(state="done", **between("done")),
        "nhiem_vu_truoc_han": tasks(timing="before", **between("done")),
        "nhiem_vu_dung_han": tasks(timing="on_day", **between("done")),
        "nhiem_vu_qua_han": tasks(timing="late", **between("done")),
        "nhiem_vu_khong_han": tasks(timing="undated", **between("done")),
        "nhiem_vu_con_lai": tasks(timing="live"),
        "nhiem_vu_con_qua_han": tasks(timing="overdue"),
    }


def _list(endpoint: str, **chosen: Any) -> str:
    said = {name: value for name, value in chosen.items() if value != ()}
    return f"{url_for(endpoint)}?{urlencode(said, doseq=True)}"
