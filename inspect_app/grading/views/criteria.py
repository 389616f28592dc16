"""The two criteria that inspections decide, worked out step by step, and exactly the rows that they count."""

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from inspect_app.core.actor import Actor
from inspect_app.findings.queries import told
from inspect_app.grading import queries
from inspect_app.grading.forms import points
from inspect_app.grading.forms.words import CRITERIA
from inspect_app.grading.models import Criterion
from inspect_app.grading.policy import DEFAULTS, GROUPS, Award, Rules
from inspect_app.grading.views.shared import READERS, asked_day, bp, known_year
from inspect_app.reports.queries import Day
from inspect_app.units.models import Unit, UnitKind
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.formats import decimal
from inspect_app.web.paging import Sort, count, page

BY_UNIT = Sort("unit", (Unit.sort_key, Unit.id))


@bp.get("/<year:year>/criteria")
@for_roles(*READERS)
def criteria(year: int) -> ResponseReturnValue:
    """What each group's criteria come to on `?as_of=`."""
    asked = Asked()
    day = asked_day(asked, known_year(year))
    rules, source = rules_for(actor(), year)
    body = render_template(
        "grading/criteria.html",
        year=year,
        day=day,
        measures=queries.measures(actor(), year, day, rules),
        source=source,
        criteria=CRITERIA,
        problems=asked.problems,
        said=asked.said,
        steps_of=in_words,
        partial=not queries.sees_everything(actor()),
    )
    return body, 422 if asked.problems else 200


@bp.get("/<year:year>/criteria/<string:criterion>")
@for_roles(*READERS)
def counted(year: int, criterion: str) -> ResponseReturnValue:
    """The rows of one criterion: `?kind=` a group, `?met=1` the numerator alone, `?as_of=` the day."""
    which, asked = known_criterion(criterion), Asked()
    day, kind, met = asked_day(asked, known_year(year)), asked_group(asked), bool(asked.choice("met"))
    inspections: dict[int, Any] = {}
    filling: Mapping[str, Any] = {}
    if which is Criterion.INSPECTED:
        rows = queries.members(actor(), year, day.on, kind, inspected=met)
        found = page(rows, BY_UNIT)
        inspections = queries.inspections_of(actor(), year, day.on, [row.id for row in found.rows])
    else:
        wanted = queries.problems(actor(), year, day, kind, handled=met)
        rows, filling = wanted.ids, wanted.filling
        found = page(rows, Sort("recorded", wanted.keys), told=told(wanted.facts), filling=filling)
    body = render_template(
        f"grading/counted_{which}.html",
        year=year,
        day=day,
        criterion=which,
        name=CRITERIA[which],
        kind=kind,
        met=met,
        page=found,
        total=count(rows, filling=filling),
        inspections=inspections,
        said=asked.said,
        problems=asked.problems,
    )
    return body, 422 if asked.problems else 200


def known_criterion(code: str) -> Criterion:
    return Criterion(code) if code in set(Criterion) else abort(404)


def asked_group(asked: Asked) -> UnitKind | None:
    """The group of `?kind=`; another kind of unit asks for nothing."""
    found = [kind for kind in asked.among("kind", UnitKind) if kind in GROUPS]
    return found[0] if found else None


def rules_for(reader: Actor, year: int) -> tuple[dict[UnitKind, Rules], dict[UnitKind, int | None]]:
    """Each group's rules, and the year that they are of: its own, the latest before it, or none for the defaults."""
    found = queries.latest(reader, year)
    rules = {kind: queries.rules_of(found[kind]) if kind in found else DEFAULTS for kind in GROUPS}
    return rules, {kind: found[kind].year if kind in found else None for kind in GROUPS}


def measured(reader: Actor, year: int, day: Day, kind: UnitKind, criterion: Criterion) -> Award:
    """What one group's criterion comes to."""
    rules, _source = rules_for(reader, year)
    return queries.measure_of(reader, year, day, kind, criterion, rules[kind])


def in_words(award: Award) -> list[str]:
    """The steps from the count to the points, one short sentence each."""
    if award.points is None:
        return [_("Không có gì để chia nên chưa tính điểm")]
    share = award.percent(str(get_locale() or "vi"))
    steps = [f"{award.part}/{award.whole} = {share}"]
    if award.rung is None:
        least = _percent(min(rung.from_percent for rung in award.rungs))
        steps.append(_("dưới %(least)s, không có điểm", least=least))
    elif award.rung.share is None:
        bound = _percent(award.rung.from_percent)
        steps.append(_("từ %(bound)s trở lên, tính theo tỷ lệ đạt được", bound=bound))
    else:
        bound, given = _percent(award.rung.from_percent), _percent(award.rung.share)
        steps.append(_("từ %(bound)s trở lên, được %(given)s điểm tối đa", bound=bound, given=given))
    by = "0" if award.rung is None else share if award.rung.share is None else _percent(award.rung.share)
    steps.append(_("%(most)s × %(by)s = %(points)s điểm", most=points(award.most), by=by, points=points(award.points)))
    return steps


def _percent(value: Any) -> str:
    return f"{decimal(value, 2)}%"
