"""One visit: what is known of it, what happened, what may be done next."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from inspect_app.core import clock
from inspect_app.visits import policy, queries
from inspect_app.visits.forms import BeginForm, ReportForm
from inspect_app.visits.models import Entry, Visit
from inspect_app.visits.views.shared import READERS, bp, seen
from inspect_app.visits.workflow import VISIT
from inspect_app.web.access import actor, for_roles
from inspect_app.web.forms import BaseForm
from inspect_app.web.panels import shown_at


@bp.get("/<id:visit_id>")
@for_roles(*READERS)
def show(visit_id: int) -> ResponseReturnValue:
    return visit_page(seen(visit_id))


def visit_page(visit: Visit, refused: BaseForm | None = None) -> str:
    """The page of the visit; `refused` is the form on it that has to be filled in again."""
    moves = VISIT.offered_to(actor(), visit)
    context: dict[str, Any] = {"form": refused} if refused is not None else {}
    return render_template(
        "visits/show.html",
        visit=visit,
        found=shown_at("visits.show", visit),
        moves=moves,
        begin_form=refused if isinstance(refused, BeginForm) else BeginForm(formdata=None, began_on=_likely_day(visit)),
        report_form=refused if isinstance(refused, ReportForm) else new_report_form(visit),
        may_report_here="report" in moves and visit.entry is not Entry.FOUND,
        may_reschedule=policy.may_reschedule(actor(), visit),
        may_write_minutes=policy.may_write_minutes(actor(), visit),
        trigger=visit.trigger if policy.may_read_trigger(actor(), visit) else "",
        sees_plan=not visit.follow_up or policy.sees_plan_of(actor(), visit),
        members=queries.team_on(visit) if visit.team_id else [],
        events=queries.events_of(visit),
        today=clock.today(),
        **context,
    )


def new_report_form(visit: Visit) -> ReportForm:
    form = ReportForm(formdata=None, on=clock.today())
    form.keep_day(policy.may_enter_history(actor(), visit.plan))
    form.ask_why(queries.called_wrong(visit))
    return form


def _likely_day(visit: Visit) -> Any:
    """The day to propose: the planned one once it is past, today until then."""
    today = clock.today()
    return visit.planned_on if visit.planned_on and visit.arranged_on <= visit.planned_on <= today else today
