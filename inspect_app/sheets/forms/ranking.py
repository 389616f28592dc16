"""The index of a year as a spreadsheet: who scored what, by group and rank."""

from datetime import date
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core.actor import Actor
from inspect_app.grading import queries
from inspect_app.grading.forms.ranking import ranking_from
from inspect_app.grading.forms.words import GRADES
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Column, Kind, Listing, Table, Value
from inspect_app.web.asked import Asked
from inspect_app.web.fields import FIRST_YEAR
from inspect_app.web.presentation import UNIT_KINDS

LABELS = {"year": _l("Năm"), "grade": _l("Xếp loại"), "kind": _l("Nhóm đơn vị")}


def _ranking(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    asked = Asked(args)
    year = asked.number("year", FIRST_YEAR, today.year)
    if year is None:
        abort(404)
    wanted = ranking_from(asked)
    results = queries.results(actor, year)
    grades, kinds = {grade.value: str(word) for grade, (word, *_looks) in GRADES.items()}, w.spelt(UNIT_KINDS)

    def before(row: Any, _beside: Any) -> Value:
        return row.before.total if row.before else None

    return Table(
        columns=(
            w.computed(str(_("Hạng")), Kind.NUMBER, 8, lambda row, _beside: row.now.rank),
            w.column(str(_("Đơn vị")), 34, "unit_name"),
            w.coded(str(_("Nhóm đơn vị")), 20, "kind", kinds),
            _points(str(_("Thẩm định")), "assessed"),
            _points(str(_("Xã hội học")), "surveyed"),
            w.computed(str(_("Tổng điểm")), Kind.POINTS, 11, lambda row, _beside: row.now.total),
            w.computed(str(_("Xếp loại")), Kind.TEXT, 14, lambda row, _beside: grades[row.now.grade.value]),
            w.computed(str(_("Năm %(year)s", year=year - 1)), Kind.POINTS, 11, before),
        ),
        rows=results.chosen(wanted.grades, wanted.kinds),
        about=w.conditions(asked.said, LABELS, {"grade": grades.__getitem__, "kind": kinds.__getitem__}),
        problems=asked.problems,
    )


def _points(label: str, name: str) -> Column:
    return Column(label, Kind.POINTS, 11, lambda row, _beside: getattr(row, name))


RANKING = Listing(
    "grading",
    _l("Chỉ số cải cách hành chính"),
    "chi-so-cchc",
    "grading.year",
    frozenset(queries.READERS),
    _ranking,
    place="year",
)
