"""Saying which unit answers for findings: what units that ended left behind, and moving it in one confirmed step."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.findings.forms.custody import Chosen, CustodyForm, chosen_from, whom_to_choose
from inspect_app.findings.models import Finding
from inspect_app.findings.queries.orphans import (
    MOST,
    answered_for_by,
    heirs_offered,
    numbers_of,
    orphan_count,
    orphan_units,
)
from inspect_app.findings.services import custody as services
from inspect_app.findings.services.custody import Decision, Handover
from inspect_app.findings.views.shared import bp, seen
from inspect_app.findings.workflow import FINDING
from inspect_app.units import queries as units
from inspect_app.units.models import Unit
from inspect_app.web.access import actor, for_roles, proved_lately
from inspect_app.web.asked import Asked
from inspect_app.web.formats import ngettext
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse

MOST_FOUND = 12
"""Units that a search offers beside the successors."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is moved from where, and who may take it."""

    unit: Unit
    findings: list[Finding]
    """Those that the reader may move."""
    kept: int
    """Those that are not theirs to move."""
    offered: list[Unit]
    ended: bool
    only: Finding | None = None

    @property
    def address(self) -> str:
        if self.only is not None:
            return url_for("findings.move", finding_id=self.only.id)
        return url_for("findings.move_many", unit_id=self.unit.id)

    @property
    def back(self) -> str:
        if self.only is not None:
            return url_for("findings.show", finding_id=self.only.id)
        return url_for("findings.orphans") if self.ended else url_for("units.show", unit_id=self.unit.id)


@dataclass(frozen=True, slots=True)
class Line:
    """How many findings a unit answers for, before and after."""

    name: str
    before: int
    after: int


@bp.get("/findings/orphans")
@for_roles(Role.REVIEWER)
def orphans() -> ResponseReturnValue:
    """Findings of units that ended, by unit."""
    return render_template("findings/orphans.html", rows=orphan_units(actor(), clock.today()))


@bp.route("/findings/<id:finding_id>/move", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def move(finding_id: int) -> ResponseReturnValue:
    """One finding to another unit."""
    finding = seen(finding_id)
    FINDING.check("move", finding, actor=actor())
    return _serve(_page(finding.responsible_unit, finding))


@bp.route("/units/<id:unit_id>/custody", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
@proved_lately
def move_many(unit_id: int) -> ResponseReturnValue:
    """What a unit has still to put right, to one unit or each to its own."""
    unit: Unit = one_or_404(units.visible_to(actor()).where(Unit.id == unit_id))
    if not actor().reviews(unit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return _serve(_page(unit))


def _serve(page: Page) -> ResponseReturnValue:
    form, sent = CustodyForm(on=clock.today()), request.form
    chosen = chosen_from(sent, [finding.id for finding in page.findings])
    offered = _offered(page, chosen) if request.method == "POST" else page.offered
    form.offer(offered, blank=whom_to_choose(page.only is None, page.ended))
    if request.method == "GET" or sent.get("do") == "search":
        return _form_page(page, form, chosen, offered)
    sound = form.validate()
    if not _complete(form, page, chosen, offered) or not sound:
        return _form_page(page, form, chosen, offered), 422
    handovers = _handovers(form, page, chosen, offered)
    told: dict[str, Any] = {"actor": actor(), "decision": _decision(form), "on": form.on.data, "today": clock.today()}
    try:
        if sent.get("do") != "confirm":
            services.check_all(handovers, **told)
            return _confirm_page(page, form, handovers)
        if (led := sent_before(form)) is not None:
            return redirect(led, 303)
        if not handovers:
            raise WrongState("Các hạn chế này vừa được chuyển hoặc vừa xong. Xem bản mới rồi làm tiếp.")
        services.move_all(handovers, **told)
        db.session.flush()
        address = leads_to(form, _onwards(page))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        unit = db.session.get_one(Unit, page.unit.id)
        again = _page(unit, seen(page.only.id) if page.only else None)
        return _form_page(again, form, chosen, offered), status
    flash(
        ngettext(
            "Đã chuyển %(num)s hạn chế. Đơn vị nhận thấy ngay cùng toàn bộ lịch sử, thời hạn không đổi.",
            "Đã chuyển %(num)s hạn chế. Đơn vị nhận thấy ngay cùng toàn bộ lịch sử, thời hạn không đổi.",
            len(handovers),
        )
    )
    return redirect(address, 303)


def _onwards(page: Page) -> str:
    """To what else is left by units that ended, as long as there is something."""
    if page.only is None and page.ended and not orphan_count(actor(), clock.today()):
        return url_for("home.index")
    return page.back


# Reading


def _page(unit: Unit, only: Finding | None = None) -> Page:
    today, who = clock.today(), actor()
    rows = answered_for_by(who, unit, only.id if only else None)
    mine = [finding for finding in rows if "move" in FINDING.offered_to(who, finding)]
    offered = [offer.unit for offer in heirs_offered(who, unit, day=today)]
    return Page(unit, mine, len(rows) - len(mine), offered, not unit.in_force(today), only)


def _offered(page: Page, chosen: Chosen) -> list[Unit]:
    """The successors, what the words in the search field may mean, and what was chosen from an earlier search."""
    typed = Asked(request.form).words()
    wanted = {hit.id for hit in units.search(typed, day=clock.today(), limit=MOST_FOUND)} if typed else set()
    wanted |= {*chosen.units.values(), *([chosen.for_all] if chosen.for_all else [])}
    wanted -= {unit.id for unit in page.offered}
    found = units.visible_to(actor()).where(Unit.id.in_(sorted(wanted)), units.in_force(clock.today()))
    rows = db.session.scalars(found.order_by(units.KIND_ORDER, Unit.sort_key)).all() if wanted else ()
    return [*page.offered, *(unit for unit in rows if actor().reviews(unit) and unit.id != page.unit.id)]


def _complete(form: CustodyForm, page: Page, chosen: Chosen, offered: Sequence[Unit]) -> bool:
    """Somebody was chosen, from those offered."""
    known = {unit.id for unit in offered}
    if chosen.unreadable or not known.issuperset(chosen.units.values()):
        form.to.errors = [_("Chọn một mục trong danh sách")]
    elif form.to.data is None and not chosen.units:
        form.to.errors = [_("Chọn đơn vị nhận cho ít nhất một hạn chế") if page.only is None else _("Chọn đơn vị nhận")]
    return not form.to.errors


def _handovers(form: CustodyForm, page: Page, chosen: Chosen, offered: Sequence[Unit]) -> list[Handover]:
    """Each finding for which somebody was chosen; the choice for all holds where there is none of its own."""
    by_id = {unit.id: unit for unit in offered}
    given = ((finding, chosen.units.get(finding.id, form.to.data)) for finding in page.findings)
    return [
        Handover(finding, by_id[unit_id], chosen.versions.get(finding.id))
        for finding, unit_id in given
        if unit_id is not None
    ]


def _decision(form: CustodyForm) -> Decision:
    return Decision(form.decision_number.data, form.decision_on.data, form.note.data)


# Pages


def _form_page(page: Page, form: CustodyForm, chosen: Chosen, offered: Sequence[Unit]) -> str:
    groups: dict[str, list[Unit]] = {}
    for unit in offered:
        groups.setdefault(unit.kind.value, []).append(unit)
    return render_template(
        "findings/custody.html",
        page=page,
        form=form,
        groups=groups,
        chosen=chosen.units,
        q=Asked(request.form).words() if request.method == "POST" else "",
        day=clock.today(),
        most=MOST,
    )


def _confirm_page(page: Page, form: CustodyForm, handovers: Sequence[Handover]) -> str:
    """Each finding with who takes it, and what every unit concerned answers for before and after."""
    taken = Counter(one.to.id for one in handovers)
    now = numbers_of({page.unit.id, *taken})
    names = {one.to.id: one.to.name for one in handovers}
    had = now.get(page.unit.id, 0)
    lines = [Line(page.unit.name, had, had - len(handovers))]
    lines += [Line(names[number], now.get(number, 0), now.get(number, 0) + many) for number, many in taken.items()]
    return render_template("findings/custody_confirm.html", page=page, form=form, handovers=handovers, lines=lines)
