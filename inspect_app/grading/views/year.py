"""A year's results: how many of each grade, who stands where, and what of it is still being typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.grading import policy, queries, services
from inspect_app.grading.forms import OpenForm
from inspect_app.grading.forms.ranking import ranking_from
from inspect_app.grading.forms.words import GRADES
from inspect_app.grading.models import Grade, Grading
from inspect_app.grading.policy import GROUPS
from inspect_app.grading.queries import GRADES as EVERY_GRADE
from inspect_app.grading.queries import Results
from inspect_app.grading.views.shared import READERS, bp, known_year
from inspect_app.units.models import UnitKind
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.fields import FIRST_YEAR
from inspect_app.web.formats import ngettext, percent, thousands
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.presentation import UNIT_KINDS
from inspect_app.web.refusing import REFUSALS, refuse


@dataclass(frozen=True, slots=True)
class Group:
    """One group on the page of its year."""

    kind: UnitKind
    units: int
    """In force at the end of the year."""
    grading: Grading | None
    scored: int


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    """The latest year that has results; while there is none, last year, for which they are due."""
    return _page(next(iter(queries.years(actor())), clock.today().year - 1))


@bp.get("/<year:year>")
@for_roles(*READERS)
def year(year: int) -> ResponseReturnValue:
    """`?grade=` and `?kind=` keep some of the units."""
    return _page(known_year(year))


@bp.post("/<year:year>/open")
@for_roles(Role.REVIEWER)
def open_table(year: int) -> ResponseReturnValue:
    """A group's table for the year, to be filled in."""
    form, today = OpenForm(), clock.today()
    known_year(year)
    if not form.validate() or form.kind.data not in set(GROUPS):
        form.form_errors.append(_("Chọn một nhóm đơn vị"))
        return _page(year, form), 422
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        kind = UnitKind(form.kind.data)
        grading = services.open_grading(year, kind, actor=actor(), today=today, now=clock.now())
        address = leads_to(form, url_for(".scores", grading_id=grading.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        if status == 403:
            raise
        return _page(year, form), status
    flash(_("Đã mở bảng điểm. Nhập điểm từng đơn vị, hoặc dán cả bảng từ Excel."))
    return redirect(address, 303)


def _page(year: int, form: OpenForm | None = None) -> str:
    asked, today = Asked(), clock.today()
    wanted = ranking_from(asked)
    gradings = queries.of_year(actor(), year)
    results = queries.results(actor(), year)
    writes = policy.may_write(actor())
    return render_template(
        "grading/year.html",
        year=year,
        years=(FIRST_YEAR, today.year),
        groups=_groups(year, gradings, results, writes),
        gradings=gradings,
        results=results,
        lines=results.chosen(wanted.grades, wanted.kinds),
        chosen_grades=wanted.grades,
        chosen_kinds=wanted.kinds,
        said=asked.said,
        grades=GRADES,
        shown_grades=_shown(results, gradings),
        scales=_scales(gradings),
        sentence=_sentence(year, results),
        writes=writes,
        changes=queries.changes([one.id for one in gradings.values()]) if writes else [],
        form=form or OpenForm(),
    )


def _groups(year: int, gradings: Mapping[UnitKind, Grading], results: Results, writes: bool) -> list[Group]:
    """Those that are graded; for those who write the index also those that may be."""
    sizes = queries.sizes(year, clock.today())
    return [
        Group(kind, sizes.get(kind, 0), gradings.get(kind), results.scored(kind))
        for kind in GROUPS
        if kind in gradings or (writes and sizes.get(kind))
    ]


def _scales(gradings: Mapping[UnitKind, Grading]) -> list[tuple[list[str], dict[Grade, Any], str]]:
    """The bands and the note of the year, said once for all groups that have the same."""
    told: dict[tuple[Any, ...], tuple[list[str], dict[Grade, Any], str]] = {}
    for kind, grading in gradings.items():
        bands = dict(queries.rules_of(grading).bands)
        line = told.setdefault((tuple(bands.items()), grading.note), ([], bands, grading.note))
        line[0].append(str(UNIT_KINDS[kind]))
    return list(told.values())


def _shown(results: Results, gradings: Mapping[UnitKind, Grading]) -> list[Grade]:
    """The grades that the year knows, and the one below them."""
    known = {grade for one in gradings.values() for grade in queries.rules_of(one).bands}
    return [grade for grade in EVERY_GRADE if grade in known or grade is Grade.WEAK or results.number(grade)]


def _sentence(year: int, results: Results) -> str:
    """For a letter: how many units were graded, and how many got which grade."""
    total = results.number()
    if not total:
        return ""
    parts = [
        str(
            ngettext(
                "%(number)s đơn vị xếp loại %(grade)s (%(share)s)",
                "%(number)s đơn vị xếp loại %(grade)s (%(share)s)",
                n,
                number=thousands(n),
                grade=GRADES[grade][0],
                share=percent(n, total),
            )
        )
        for grade in EVERY_GRADE
        if (n := results.number(grade))
    ]
    return str(
        ngettext(
            "Chỉ số cải cách hành chính năm %(year)s của %(number)s đơn vị: %(parts)s.",
            "Chỉ số cải cách hành chính năm %(year)s của %(number)s đơn vị: %(parts)s.",
            total,
            year=year,
            number=thousands(total),
            parts="; ".join(parts),
        )
    )
