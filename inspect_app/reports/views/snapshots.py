"""Freezing the figures of a plan or of a year, and opening them again: intact or not, the same today or not."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.core.pseudonyms import name_of
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan
from inspect_app.reports import policy, services
from inspect_app.reports.forms import AsOfForm
from inspect_app.reports.forms.snapshots import SnapshotForm
from inspect_app.reports.models import Snapshot
from inspect_app.reports.queries.frozen import snapshots as queries
from inspect_app.reports.queries.frozen.ahead import ahead
from inspect_app.reports.queries.frozen.freezing import Of
from inspect_app.units.models import Unit
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.paging import Sort, count, page
from inspect_app.web.refusing import REFUSALS, refuse
from inspect_app.workdays.periods import reporting_year

bp = Blueprint("snapshots", __name__)

LATEST = Sort("latest", (Snapshot.id,), descending=True)
YEARS = 2000, 2100
LISTED = 200
"""Findings named at once on the page of a snapshot; `?part=` and `?changed=` turn to the others."""


@bp.route("/plans/<id:plan_id>/snapshots/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def new(plan_id: int) -> ResponseReturnValue:
    """What would be frozen of the plan on `?as_of=`, and the form that does it."""

    def plan() -> Of:
        found: Plan = one_or_404(plans.visible_to(actor()).where(Plan.id == plan_id))
        return Of(found.year, found)

    return _new(plan)


@bp.route("/overview/snapshots/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def new_year() -> ResponseReturnValue:
    """The same of all plans of `?year=`."""
    year = Asked().number("year", *YEARS) or reporting_year(clock.today())
    return _new(lambda: Of(year))


def _new(asked_for: Callable[[], Of]) -> ResponseReturnValue:
    """`asked_for` loads what is to be frozen, again after a refusal."""
    of, asked, form = asked_for(), AsOfForm(request.args, today=clock.today()), SnapshotForm()
    if not asked.validate():
        return _new_page(of, asked, form, clock.today()), 422
    day = asked.as_of.data = asked.as_of.data or clock.today()
    if not form.is_submitted():
        return _new_page(of, asked, form, day)
    if not form.validate():
        return _new_page(of, asked, form, day), 422
    said = {"title": form.title.data, "note": form.note.data}
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        snapshot = services.freeze(of, actor=actor(), as_of=day, now=clock.now(), today=clock.today(), **said)
        address = leads_to(form, url_for(".show", snapshot_id=snapshot.id))
        db.session.commit()
        current_app.extensions["anchor"]("snapshot")
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _new_page(asked_for(), asked, form, day), status
    flash(_("Đã chốt số liệu. Ghi mã xác nhận vào báo cáo để sau này ai cũng kiểm tra lại được."))
    return redirect(address, 303)


def _new_page(of: Of, asked: AsOfForm, form: SnapshotForm, day: date) -> str:
    held = policy.freezes_as(actor(), of.plan)
    if held is None:
        raise NotAllowed("Chỉ Sở Nội vụ hoặc nơi thay mặt Sở Nội vụ chốt được số liệu này.")
    scope = db.session.get_one(Unit, held.unit_id)
    there: dict[str, Any] = {"plan_id": of.plan.id} if of.plan else {"year": of.year}
    return render_template(
        "reports/snapshot_new.html",
        of=of,
        plan=of.plan,
        scope=scope,
        asked=asked,
        form=form,
        day=day,
        total=ahead(of, scope, day),
        unfinished=day == clock.today(),
        here=lambda **more: url_for(".new" if of.plan else ".new_year", **there, **more),
        report=url_for("reports.plan" if of.plan else "overview.index", **there, as_of=day.isoformat()),
    )


@bp.get("/snapshots/")
@for_roles(*policy.CERTIFIED)
def index() -> ResponseReturnValue:
    """What was frozen in the reader's scope, the latest first; `?plan=` of one plan."""
    asked = Asked()
    plan_id = asked.id("plan")
    rows = queries.listing(actor(), plan_id=plan_id)
    return render_template(
        "reports/snapshots.html", page=page(rows, LATEST), total=count(rows), said=asked.said, plan_id=plan_id
    )


@bp.get("/snapshots/<id:snapshot_id>")
@for_roles(*policy.CERTIFIED)
def show(snapshot_id: int) -> ResponseReturnValue:
    snapshot, asked = _snapshot(snapshot_id), Asked()
    check = queries.check(snapshot, actor())
    long = {"part": check.document["findings"], "changed": check.differences}
    parts = {name: _part(asked, name, len(rows)) for name, rows in long.items()}
    return render_template(
        "reports/snapshot.html",
        parts=parts,
        here=lambda **other: url_for(".show", snapshot_id=snapshot_id, **{**parts, **other}),
        snapshot=snapshot,
        taker=name_of(snapshot.taker_id, snapshot.taker_name),
        check=check,
        rules=[rules for rules in policy.RULES if rules.version == snapshot.rules],
        newer_rules=policy.rules_since(snapshot.rules),
        checked_at=clock.now(),
        listed=LISTED,
    )


def _part(asked: Asked, name: str, many: int) -> int:
    """Which part of a long list is asked for, from 1; the first where it cannot be."""
    return asked.number(name, 1, max(1, -(-many // LISTED))) or 1


@bp.get("/snapshots/<id:snapshot_id>/document")
@for_roles(*policy.CERTIFIED)
def document(snapshot_id: int) -> ResponseReturnValue:
    """The very bytes that were hashed, once it is noted who took them."""
    snapshot = _snapshot(snapshot_id)
    answer = Response(snapshot.document, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(snapshot))
    db.session.rollback()  # what was read so far read only; this writes
    read_only(False)
    services.hand_out(db.session.get_one(Snapshot, snapshot_id), actor=actor(), today=clock.today())
    db.session.commit()
    read_only(True)
    return answer


def file_name(snapshot: Snapshot) -> str:
    """chot-so-lieu-7-2022-12-31.json"""
    return f"chot-so-lieu-{snapshot.id}-{snapshot.as_of.isoformat()}.json"


bp.add_app_template_filter(file_name, "snapshot_file")


@bp.app_template_filter("in_fours")
def in_fours(digest: str) -> str:
    """`3f2a 91bc 77de 0142`, as people read it out."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def _snapshot(snapshot_id: int) -> Snapshot:
    found: Snapshot = one_or_404(queries.visible_to(actor()).where(Snapshot.id == snapshot_id))
    return found
