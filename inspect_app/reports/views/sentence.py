"""The sentences to copy into a letter: a report's figures as an office writes them.

Built from the same numbers as the tables. Whole sentences, one message each, so that they translate; names, figures
and lists of units are their only parts.
"""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from inspect_app.plans.models import Plan
from inspect_app.reports.queries import Report, Tally
from inspect_app.units.models import UnitKind
from inspect_app.web.formats import date, fraction, ngettext, percent, thousands

Words = Any
"""Text in the reader's language; what makes it ships no types."""


def sentence(report: Report) -> str:
    """What was inspected, what was found, what has come of it."""
    parts = [_visited_by_units(report) if report.by_themselves else _visited(report), _found(report)]
    if report.total.counted:
        parts.append(_resolved(report))
    if report.total.live:
        parts.append(_left(report.total))
    return " ".join(str(part) for part in parts if part)


def plan_name(plan: Plan) -> Words:
    if plan.number:
        return _("Kế hoạch số %(number)s", number=plan.number)
    return _("Kế hoạch “%(title)s”", title=plan.title)


def kinds_of(numbers: Iterable[tuple[UnitKind, int]]) -> str:
    """5 sở, ngành; 5 quận, huyện; 5 xã, phường"""
    return "; ".join(_kind(kind, n) for kind, n in numbers if n)


def _kind(kind: UnitKind, n: int) -> Words:
    number = thousands(n)
    match kind:
        case UnitKind.CITY:
            return ngettext("%(number)s tỉnh, thành phố", "%(number)s tỉnh, thành phố", n, number=number)
        case UnitKind.DEPARTMENT:
            return ngettext("%(number)s sở, ngành", "%(number)s sở, ngành", n, number=number)
        case UnitKind.DISTRICT:
            return ngettext("%(number)s quận, huyện", "%(number)s quận, huyện", n, number=number)
        case UnitKind.COMMUNE:
            return ngettext("%(number)s xã, phường", "%(number)s xã, phường", n, number=number)
        case UnitKind.AFFILIATE:
            return ngettext("%(number)s đơn vị trực thuộc", "%(number)s đơn vị trực thuộc", n, number=number)


def _visited(report: Report) -> Words:
    plan, day = plan_name(report.plan), date(report.day.on)
    kinds = kinds_of((line.kind, line.inspected) for line in report.kinds)
    done, share = fraction(report.inspected, report.targets), percent(report.inspected, report.targets)
    if not report.targets:
        return _("Tính đến ngày %(day)s, %(plan)s chưa có đơn vị nào.", day=day, plan=plan)
    if not report.inspected:
        return ngettext(
            "Tính đến ngày %(day)s, chưa kiểm tra đơn vị nào trong %(number)s đơn vị của %(plan)s.",
            "Tính đến ngày %(day)s, chưa kiểm tra đơn vị nào trong %(number)s đơn vị của %(plan)s.",
            report.targets,
            number=thousands(report.targets),
            day=day,
            plan=plan,
        )
    if report.partial:
        return ngettext(
            "Trong phạm vi được xem của %(plan)s, Đoàn kiểm tra đã làm việc tại %(done)s đơn vị (%(kinds)s).",
            "Trong phạm vi được xem của %(plan)s, Đoàn kiểm tra đã làm việc tại %(done)s đơn vị (%(kinds)s).",
            report.targets,
            plan=plan,
            done=done,
            kinds=kinds,
        )
    return ngettext(
        "Thực hiện %(plan)s, Đoàn kiểm tra đã làm việc tại %(done)s đơn vị (%(kinds)s), đạt %(share)s kế hoạch.",
        "Thực hiện %(plan)s, Đoàn kiểm tra đã làm việc tại %(done)s đơn vị (%(kinds)s), đạt %(share)s kế hoạch.",
        report.targets,
        plan=plan,
        done=done,
        kinds=kinds,
        share=share,
    )


def _visited_by_units(report: Report) -> Words:
    plan, day, made = plan_name(report.plan), date(report.day.on), report.self_inspections
    if not made:
        return _("Tính đến ngày %(day)s, chưa có cuộc tự kiểm tra nào theo %(plan)s.", day=day, plan=plan)
    if report.partial:
        return ngettext(
            "Trong phạm vi được xem của %(plan)s, đã có %(number)s cuộc tự kiểm tra.",
            "Trong phạm vi được xem của %(plan)s, đã có %(number)s cuộc tự kiểm tra.",
            made,
            number=thousands(made),
            plan=plan,
        )
    return ngettext(
        "Thực hiện %(plan)s, các đơn vị đã tự kiểm tra %(number)s cuộc.",
        "Thực hiện %(plan)s, các đơn vị đã tự kiểm tra %(number)s cuộc.",
        made,
        number=thousands(made),
        plan=plan,
    )


def _found(report: Report) -> Words:
    found = report.total.counted
    if not found:
        if report.nothing_found:
            return _("Qua kiểm tra không phát hiện hạn chế.")
        return _("Chưa có hạn chế nào được đề nghị khắc phục.") if report.inspected else ""
    number = thousands(found)
    if report.by_themselves:
        return ngettext(
            "Các đơn vị tự phát hiện %(number)s hạn chế.",
            "Các đơn vị tự phát hiện %(number)s hạn chế.",
            found,
            number=number,
        )
    return ngettext(
        "Đoàn đề nghị khắc phục %(number)s hạn chế.",
        "Đoàn đề nghị khắc phục %(number)s hạn chế.",
        found,
        number=number,
    )


def _resolved(report: Report) -> Words:
    total, day = report.total, date(report.day.on)
    if not total.resolved:
        return _("Tính đến ngày %(day)s, chưa có hạn chế nào khắc phục xong.", day=day)
    done, share = fraction(total.resolved, total.counted), percent(total.resolved, total.counted)
    several = sum(unit.tally.counted > 0 for unit in report.units) > 1
    who = _("các đơn vị") if several else _("đơn vị")
    if not total.late:
        return ngettext(
            "Tính đến ngày %(day)s, %(who)s đã khắc phục %(done)s hạn chế, đạt %(share)s; tất cả đều xong đúng hạn.",
            "Tính đến ngày %(day)s, %(who)s đã khắc phục %(done)s hạn chế, đạt %(share)s; tất cả đều xong đúng hạn.",
            total.counted,
            day=day,
            who=who,
            done=done,
            share=share,
        )
    if not total.on_time:
        return ngettext(
            "Tính đến ngày %(day)s, %(who)s đã khắc phục %(done)s hạn chế, đạt %(share)s; "
            "không có hạn chế nào xong đúng hạn.",
            "Tính đến ngày %(day)s, %(who)s đã khắc phục %(done)s hạn chế, đạt %(share)s; "
            "không có hạn chế nào xong đúng hạn.",
            total.counted,
            day=day,
            who=who,
            done=done,
            share=share,
        )
    return ngettext(
        "Tính đến ngày %(day)s, %(who)s đã khắc phục %(done)s hạn chế, đạt %(share)s; "
        "trong đó %(number)s hạn chế xong đúng hạn (%(on_time)s).",
        "Tính đến ngày %(day)s, %(who)s đã khắc phục %(done)s hạn chế, đạt %(share)s; "
        "trong đó %(number)s hạn chế xong đúng hạn (%(on_time)s).",
        total.on_time,
        number=thousands(total.on_time),
        day=day,
        who=who,
        done=done,
        share=share,
        on_time=percent(total.on_time, total.resolved),
    )


def _left(total: Tally) -> Words:
    left, overdue = total.live, total.overdue
    number = thousands(left)
    if not overdue:
        return ngettext(
            "Còn %(number)s hạn chế chưa xong, không có hạn chế quá hạn.",
            "Còn %(number)s hạn chế chưa xong, không có hạn chế quá hạn.",
            left,
            number=number,
        )
    if overdue == left:
        return ngettext(
            "Còn %(number)s hạn chế chưa xong, đều đã quá hạn.",
            "Còn %(number)s hạn chế chưa xong, đều đã quá hạn.",
            left,
            number=number,
        )
    return ngettext(
        "Còn %(number)s hạn chế chưa xong, trong đó %(overdue)s hạn chế quá hạn.",
        "Còn %(number)s hạn chế chưa xong, trong đó %(overdue)s hạn chế quá hạn.",
        left,
        number=number,
        overdue=thousands(overdue),
    )
