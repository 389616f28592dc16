"""One move for many findings of a list: a page that asks once and names each, and what became of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import NotFound

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, NotAllowed, Stale, WrongState
from inspect_app.findings import policy, services
from inspect_app.findings.forms.bulk import (
    BulkAcceptForm,
    BulkAssignForm,
    BulkExtendForm,
    BulkReturnForm,
    Ticked,
    ticked,
)
from inspect_app.findings.models import LIVE, Finding
from inspect_app.findings.queries.several import members_of_teams, officers_of_any, several
from inspect_app.findings.services import bulk
from inspect_app.findings.services.following import follow
from inspect_app.findings.views.shared import bp
from inspect_app.findings.workflow import FINDING
from inspect_app.web.access import actor, for_roles
from inspect_app.web.errors import say
from inspect_app.web.formats import ngettext
from inspect_app.web.once import OnceForm, leads_to, sent_before
from inspect_app.web.returning import local_path

TEAM = (Role.INSPECTOR, Role.REVIEWER)
Refusal = Callable[[Actor, Finding], DomainError | None]
Act = Callable[[Finding, dict[str, Any]], object]
"""Makes the move on one finding, with who makes it, when, and the version that its row showed."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with many at once, in words."""

    title: LazyString
    verb: LazyString
    """On the button."""
    done: LazyString
    """Beside each finding with which it was done."""
    icon: str
    refusal: Refusal
    """Why it cannot be done with this one now, if it cannot."""
    said: Callable[[int], str]
    """When it was done with so many."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button under the list."""

    name: str
    label: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    finding: Finding
    refused: str
    """Why it is left out, or was."""
    done: bool = False


def by_move(move: str) -> Refusal:
    def refusal(who: Actor, finding: Finding) -> DomainError | None:
        try:
            FINDING.check(move, finding, actor=who)
        except DomainError as refused:
            return refused
        return None

    return refusal


def while_live(allowed: Callable[[Actor, Finding], bool]) -> Refusal:
    def refusal(who: Actor, finding: Finding) -> DomainError | None:
        if not allowed(who, finding):
            return NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
        if finding.state not in LIVE:
            return WrongState("Hạn chế này không còn phải khắc phục nên không phân công được nữa.")
        return None

    return refusal


ACCEPT = Job(
    title=_l("Xác nhận đã khắc phục"),
    verb=_l("Xác nhận đã khắc phục"),
    done=_l("Đã xác nhận"),
    icon="circle-check",
    refusal=by_move("accept"),
    said=lambda n: ngettext("Đã xác nhận %(num)s hạn chế.", "Đã xác nhận %(num)s hạn chế.", n),
)
RETURN = Job(
    title=_l("Trả lại đơn vị"),
    verb=_l("Trả lại đơn vị"),
    done=_l("Đã trả lại"),
    icon="arrow-back-up",
    refusal=by_move("return"),
    said=lambda n: ngettext("Đã trả lại %(num)s hạn chế.", "Đã trả lại %(num)s hạn chế.", n),
)
FOLLOW = Job(
    title=_l("Phân công người theo dõi"),
    verb=_l("Phân công"),
    done=_l("Đã phân công"),
    icon="user",
    refusal=while_live(policy.may_decide),
    said=lambda n: ngettext("Đã phân công %(num)s hạn chế.", "Đã phân công %(num)s hạn chế.", n),
)


EXTEND = Job(
    title=_l("Gia hạn"),
    verb=_l("Gia hạn"),
    done=_l("Đã gia hạn"),
    icon="clock-plus",
    refusal=by_move("extend"),
    said=lambda n: ngettext("Đã gia hạn %(num)s hạn chế.", "Đã gia hạn %(num)s hạn chế.", n),
)
ASSIGN = Job(
    title=_l("Phân công cán bộ"),
    verb=_l("Phân công"),
    done=_l("Đã phân công"),
    icon="user",
    refusal=by_move("assign"),
    said=FOLLOW.said,
)


def offers_to(who: Actor) -> list[Offer]:
    """The buttons that this reader's list carries."""
    offers = []
    if who.roles & set(TEAM):
        offers = [
            Offer("accept", str(ACCEPT.title), ACCEPT.icon, url_for(".bulk_accept")),
            Offer("return", str(_("Trả lại")), RETURN.icon, url_for(".bulk_return")),
            Offer("follow", str(FOLLOW.title), FOLLOW.icon, url_for(".bulk_follow")),
        ]
    if Role.REVIEWER in who.roles:
        offers.insert(2, Offer("extend", str(EXTEND.title), EXTEND.icon, url_for(".bulk_extend")))
    if Role.OFFICER in who.roles:
        offers.append(Offer("assign", str(ASSIGN.title), ASSIGN.icon, url_for(".bulk_assign")))
    return offers


@bp.route("/findings/bulk/accept", methods=["GET", "POST"])
@for_roles(*TEAM)
def bulk_accept() -> ResponseReturnValue:
    form = BulkAcceptForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.accept(finding, method=form.method.data, note=form.note.data, on=by["today"], **by)

    return _bulk(ACCEPT, form, act)


@bp.route("/findings/bulk/return", methods=["GET", "POST"])
@for_roles(*TEAM)
def bulk_return() -> ResponseReturnValue:
    form = BulkReturnForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        resubmit_by = form.resubmit_by.data
        services.send_back(finding, reason=form.reason.data, resubmit_by=resubmit_by, on=by["today"], **by)

    return _bulk(RETURN, form, act)


@bp.route("/findings/bulk/follow", methods=["GET", "POST"])
@for_roles(*TEAM)
def bulk_follow() -> ResponseReturnValue:
    form = BulkAssignForm()

    def offer(findings: Sequence[Finding]) -> None:
        teams = {finding.team_id for finding in findings if finding.team_id is not None}
        form.offer(members_of_teams(teams, clock.today()))

    def act(finding: Finding, by: dict[str, Any]) -> None:
        assert form.person.data is not None
        follow(finding, form.person.data, **by)

    return _bulk(FOLLOW, form, act, offer)


@bp.route("/findings/bulk/extend", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def bulk_extend() -> ResponseReturnValue:
    form = BulkExtendForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.extend(finding, until=form.until.data, reason=form.reason.data, on=by["today"], **by)

    return _bulk(EXTEND, form, act)


@bp.route("/findings/bulk/assign", methods=["GET", "POST"])
@for_roles(Role.OFFICER)
def bulk_assign() -> ResponseReturnValue:
    form = BulkAssignForm()

    def offer(findings: Sequence[Finding]) -> None:
        form.offer(officers_of_any({finding.responsible_unit for finding in findings}, clock.today()))

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.assign(finding, assignee_id=form.person.data, on=by["today"], **by)

    return _bulk(ASSIGN, form, act, offer)


def _bulk(
    job: Job, form: OnceForm, act: Act, offer: Callable[[Sequence[Finding]], None] | None = None
) -> ResponseReturnValue:
    """Ask once; then make the move on each in a savepoint of its own, and say what became of each."""
    sending = request.method == "POST"
    asked = ticked(request.form if sending else request.args)
    if not asked.ids or len(asked.ids) > bulk.MOST:
        flash(_("Chọn từ 1 đến %(most)s hạn chế trong danh sách", most=bulk.MOST), "back")
        return redirect(_back(), 303)
    findings = several(actor(), asked.ids)
    if not findings:
        raise NotFound
    if offer is not None:
        offer(findings)
    fit = [finding for finding in findings if job.refusal(actor(), finding) is None]
    if not sending:
        return _page(job, form, findings, asked)
    if not form.validate():
        if not fit:
            raise job.refusal(actor(), findings[0]) or NotFound
        return _page(job, form, findings, asked), 422
    return _send(job, form, act, findings, asked)


def _send(job: Job, form: OnceForm, act: Act, findings: Sequence[Finding], asked: Ticked) -> ResponseReturnValue:
    back = _back()
    if (led := sent_before(form)) is not None:
        db.session.rollback()
        return redirect(led, 303)

    def one(finding: Finding) -> None:
        act(finding, {"actor": actor(), "today": clock.today(), "version": asked.versions[finding.id] or 0})

    results = {result.finding_id: result.refused for result in bulk.each(findings, one)}
    refused = {number: refusal for number, refusal in results.items() if refusal is not None}
    done = len(results) - len(refused)
    if done:
        leads_to(form, back)
        db.session.commit()
    else:
        db.session.rollback()
    if not refused:
        flash(job.said(done))
        return redirect(back, 303)
    return _page(job, form, several(actor(), list(results)), asked, results), _status(refused.values())


def _back() -> str:
    """The list as it was narrowed when the findings were ticked."""
    every = url_for(".index")
    wanted = local_path(request.values.get("back"), every)
    return wanted if wanted.partition("?")[0] == every else every


def _status(refusals: Any) -> int:
    """409 where somebody was quicker with one of them."""
    return 409 if any(isinstance(refused, Stale | WrongState) for refused in refusals) else 422


def _page(
    job: Job,
    form: OnceForm,
    findings: Sequence[Finding],
    asked: Ticked,
    results: dict[int, DomainError | None] | None = None,
) -> str:
    """Before it is done (`results` is None) or after: each finding, and the form for those that are left."""
    rows, left = [], []
    for finding in findings:
        done = results is not None and results.get(finding.id) is None
        refusal = None if done else (results or {}).get(finding.id) or job.refusal(actor(), finding)
        rows.append(Row(finding, say(refusal) if refusal else "", done))
        if not done and job.refusal(actor(), finding) is None:
            left.append(finding)
    if results is not None:
        form.once.process_data(None)
    return render_template(
        "findings/bulk.html",
        job=job,
        form=form,
        rows=rows,
        left=left,
        # A form that is shown again before anything was tried keeps the versions that its rows were first shown with.
        versions={f.id: (asked.versions.get(f.id) if results is None else None) or f.version for f in left},
        missing=len(asked.ids) - len(findings),
        over=results is not None,
        action=request.path,
        back=_back(),
        fields=[field for field in form if field.short_name not in ("once", "csrf_token")],
        day=clock.today(),
    )
