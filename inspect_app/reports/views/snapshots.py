"""Freezing the figures of a plan, and opening them again: intact or not, the same today or not."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan
from inspect_app.reports import policy, services
from inspect_app.reports.forms import AsOfForm
from inspect_app.reports.forms.snapshots import SnapshotForm
from inspect_app.reports.models import Snapshot
from inspect_app.reports.queries import snapshots as queries
from inspect_app.reports.queries.freezing import measure
from inspect_app.units.models import Unit
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.paging import Sort, count, page
from inspect_app.web.refusing import REFUSALS, refuse

bp = Blueprint("snapshots", __name__)

LATEST = Sort("latest", (Snapshot.id,), descending=True)
LISTED = 200
"""Findings named on the page of a snapshot; the document has all of them."""


@bp.route("/plans/<id:plan_id>/snapshots/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def new(plan_id: int) -> ResponseReturnValue:
    """What would be frozen of `?as_of=`, and the form that does it."""
    plan, scope = _plan(plan_id)
    asked, form = AsOfForm(request.args, today=clock.today()), SnapshotForm()
    if not asked.validate():
        return _new_page(plan, scope, asked, form, clock.today()), 422
    day = asked.as_of.data = asked.as_of.data or clock.today()
    if not form.is_submitted():
        return _new_page(plan, scope, asked, form, day)
    if not form.validate():
        return _new_page(plan, scope, asked, form, day), 422
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        snapshot = services.freeze(
            plan,
            actor=actor(),
            as_of=day,
            title=form.title.data,
            note=form.note.data,
            now=clock.now(),
            today=clock.today(),
        )
        address = leads_to(form, url_for(".show", snapshot_id=snapshot.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        plan, scope = _plan(plan_id)
        return _new_page(plan, scope, asked, form, day), status
    flash(_("Đã chốt số liệu. Ghi mã xác nhận vào báo cáo để sau này ai cũng kiểm tra lại được."))
    return redirect(address, 303)


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
    snapshot = _snapshot(snapshot_id)
    return render_template(
        "reports/snapshot.html",
        snapshot=snapshot,
        check=queries.check(snapshot, actor()),
        rules=[rules for rules in policy.RULES if rules.version == snapshot.rules],
        newer_rules=policy.rules_since(snapshot.rules),
        checked_at=clock.now(),
        listed=LISTED,
    )


@bp.get("/snapshots/<id:snapshot_id>/document")
@for_roles(*policy.CERTIFIED)
def document(snapshot_id: int) -> ResponseReturnValue:
    """The very bytes that were hashed."""
    snapshot = _snapshot(snapshot_id)
    answer = Response(snapshot.document.encode(), mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(snapshot))
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


def _plan(plan_id: int) -> tuple[Plan, Unit]:
    """The plan, and the unit in whose scope the actor freezes its figures."""
    plan: Plan = one_or_404(plans.visible_to(actor()).where(Plan.id == plan_id))
    scope = policy.freezes_as(actor(), plan)
    if scope is None:
        raise NotAllowed("Chỉ Sở Nội vụ hoặc nơi thay mặt Sở Nội vụ chốt được số liệu của kế hoạch này.")
    return plan, db.session.get_one(Unit, scope.unit_id)


def _new_page(plan: Plan, scope: Unit, asked: AsOfForm, form: SnapshotForm, day: date) -> str:
    figures = measure(plan, scope, day).figures["total"]
    return render_template(
        "reports/snapshot_new.html",
        plan=plan,
        scope=scope,
        asked=asked,
        form=form,
        day=day,
        total=figures,
        unfinished=day == clock.today(),
    )
