"""The sentence to copy into a letter: what a list of tasks has come to, as an office writes it.

Whole sentences, one message each, so that they translate; names and figures are their only parts.
"""

from typing import Any

from flask_babel import gettext as _

from inspect_app.tasks.models import TaskPlan, TaskPlanKind
from inspect_app.tasks.queries import Report, Tally
from inspect_app.web.formats import date, fraction, ngettext, percent, thousands

Words = Any
"""Text in the reader's language; what makes it ships no types."""


def sentence(report: Report) -> str:
    """How many were given and what became of them; there must be some."""
    ordered = report.plan.kind is TaskPlanKind.ORDERS and len(report.units) == 1
    parts = [given_to(report.units[0].name, report.plan.year, report.total) if ordered else _of_plan(report)]
    if report.total.live:
        parts.append(_left(report.total))
    return " ".join(str(part) for part in parts)


def given_to(unit: str, year: int, total: Tally) -> Words:
    """Năm 2022, Sở … được giao 74 nhiệm vụ; hoàn thành trước hạn 61 (82,4%), đúng hạn 13 (17,6%), quá hạn 0."""
    named = {"year": year, "unit": unit, "number": thousands(total.total), **_shares(total)}
    if total.undated:
        return ngettext(
            "Năm %(year)s, %(unit)s được giao %(number)s nhiệm vụ; hoàn thành trước hạn %(before)s, đúng hạn "
            "%(on_day)s, quá hạn %(late)s, không đặt hạn %(undated)s.",
            "Năm %(year)s, %(unit)s được giao %(number)s nhiệm vụ; hoàn thành trước hạn %(before)s, đúng hạn "
            "%(on_day)s, quá hạn %(late)s, không đặt hạn %(undated)s.",
            total.total,
            **named,
        )
    return ngettext(
        "Năm %(year)s, %(unit)s được giao %(number)s nhiệm vụ; hoàn thành trước hạn %(before)s, đúng hạn %(on_day)s, "
        "quá hạn %(late)s.",
        "Năm %(year)s, %(unit)s được giao %(number)s nhiệm vụ; hoàn thành trước hạn %(before)s, đúng hạn %(on_day)s, "
        "quá hạn %(late)s.",
        total.total,
        **named,
    )


def _of_plan(report: Report) -> Words:
    total, named = report.total, {"plan": _name(report.plan), "day": date(report.on)}
    done = {"done": fraction(total.done, total.total), "share": percent(total.done, total.total)}
    if not total.done:
        return ngettext(
            "Thực hiện %(plan)s, tính đến ngày %(day)s, chưa hoàn thành nhiệm vụ nào trong %(number)s nhiệm vụ.",
            "Thực hiện %(plan)s, tính đến ngày %(day)s, chưa hoàn thành nhiệm vụ nào trong %(number)s nhiệm vụ.",
            total.total,
            number=thousands(total.total),
            **named,
        )
    if total.undated:
        return ngettext(
            "Thực hiện %(plan)s, tính đến ngày %(day)s đã hoàn thành %(done)s nhiệm vụ (%(share)s); trong đó trước hạn "
            "%(before)s, đúng hạn %(on_day)s, quá hạn %(late)s, không đặt hạn %(undated)s.",
            "Thực hiện %(plan)s, tính đến ngày %(day)s đã hoàn thành %(done)s nhiệm vụ (%(share)s); trong đó trước hạn "
            "%(before)s, đúng hạn %(on_day)s, quá hạn %(late)s, không đặt hạn %(undated)s.",
            total.total,
            **done,
            **named,
            **_shares(total),
        )
    return ngettext(
        "Thực hiện %(plan)s, tính đến ngày %(day)s đã hoàn thành %(done)s nhiệm vụ (%(share)s); trong đó trước hạn "
        "%(before)s, đúng hạn %(on_day)s, quá hạn %(late)s.",
        "Thực hiện %(plan)s, tính đến ngày %(day)s đã hoàn thành %(done)s nhiệm vụ (%(share)s); trong đó trước hạn "
        "%(before)s, đúng hạn %(on_day)s, quá hạn %(late)s.",
        total.total,
        **done,
        **named,
        **_shares(total),
    )


def _left(total: Tally) -> Words:
    number = thousands(total.live)
    if not total.overdue:
        return ngettext(
            "Còn %(number)s nhiệm vụ chưa xong, không có nhiệm vụ quá hạn.",
            "Còn %(number)s nhiệm vụ chưa xong, không có nhiệm vụ quá hạn.",
            total.live,
            number=number,
        )
    return ngettext(
        "Còn %(number)s nhiệm vụ chưa xong, trong đó %(overdue)s nhiệm vụ quá hạn.",
        "Còn %(number)s nhiệm vụ chưa xong, trong đó %(overdue)s nhiệm vụ quá hạn.",
        total.live,
        number=number,
        overdue=thousands(total.overdue),
    )


def _name(plan: TaskPlan) -> Words:
    if plan.number:
        return _("Kế hoạch số %(number)s", number=plan.number)
    return _("Kế hoạch “%(title)s”", title=plan.title)


def _shares(total: Tally) -> dict[str, str]:
    """Each sort of done tasks with its share of all: `61 (82,4%)`; a plain `0` where there is none."""

    def share(many: int) -> str:
        return f"{thousands(many)} ({percent(many, total.total)})" if many else "0"

    return {name: share(getattr(total, name)) for name in ("before", "on_day", "late", "undated")}
