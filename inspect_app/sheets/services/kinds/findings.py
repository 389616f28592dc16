"""Sheets of findings: what a team writes down at its visits under way."""

from datetime import date
from typing import Any

from inspect_app.core.actor import Actor, Role
from inspect_app.core.errors import sentence
from inspect_app.findings import services as findings
from inspect_app.findings.services import Particulars
from inspect_app.sheets.queries import tracking
from inspect_app.sheets.services.declared import Column, Kind, Writing
from inspect_app.sheets.services.judging import codes, judge
from inspect_app.sheets.services.lines import Judged, Sheet, Verdict
from inspect_app.sheets.services.particulars import Field, FindingLine
from inspect_app.visits.models import Visit

HANDS = frozenset({Role.INSPECTOR, Role.OFFICER, Role.REVIEWER})
"""Who writes findings down; where, is for the policy of visits to say."""

AT_A_TIME = 100
"""New findings between two words of how far it is."""

COLUMNS = (
    Column(
        Field.UNIT,
        sentence("Đơn vị được kiểm tra"),
        (
            "don vi",
            "don vi duoc kiem tra",
            "ten don vi",
            "co quan don vi",
            "co quan, don vi",
            "don vi kiem tra",
            "dia phuong",
            "unit",
            "unit inspected",
        ),
    ),
    Column(
        Field.VISIT_DAY,
        sentence("Ngày kiểm tra"),
        ("ngay kiem tra", "thoi gian kiem tra", "ngay lam viec", "day of the visit", "visited on"),
    ),
    Column(
        Field.TEXT,
        sentence("Hạn chế"),
        (
            "han che",
            "noi dung han che",
            "ton tai han che",
            "ton tai, han che",
            "han che, thieu sot",
            "han che ton tai",
            "mo ta han che",
            "thieu sot",
            "shortcoming",
        ),
    ),
    Column(
        Field.REQUIRED,
        sentence("Phải làm gì"),
        (
            "phai lam gi",
            "yeu cau khac phuc",
            "noi dung khac phuc",
            "kien nghi",
            "bien phap khac phuc",
            "viec phai lam",
            "yeu cau",
            "what must be done",
        ),
    ),
    Column(Field.AREA, sentence("Lĩnh vực"), ("linh vuc", "noi dung kiem tra", "nhom linh vuc", "area")),
    Column(
        Field.DEADLINE,
        sentence("Hạn khắc phục"),
        ("han khac phuc", "thoi han khac phuc", "thoi han", "han hoan thanh", "ngay phai xong", "deadline"),
    ),
    Column(Field.DAYS, sentence("Số ngày khắc phục"), ("so ngay", "so ngay khac phuc", "thoi han (ngay)", "days")),
    Column(Field.CODE, sentence("Mã hạn chế"), ("ma", "ma han che", "ma so", "code")),
    Column(Field.VERSION, sentence("Phiên bản"), ("phien ban", "version"), shown=False),
)


def _may(actor: Actor) -> bool:
    return bool(HANDS & actor.roles)


def _judge(sheet: Sheet, actor: Actor, _today: date) -> Judged[FindingLine]:
    known = tracking.known(actor, codes([row for _number, row in sheet.rows], sheet.columns))
    return judge(sheet.rows, sheet.columns, sheet.answers, known, actor, sheet.originals, sheet.decided)


def _write(judged: Judged[FindingLine], writing: Writing) -> None:
    keeping: dict[str, Any] = {
        "actor": writing.actor,
        "today": writing.today,
        "storage": writing.storage,
        "file_limit": writing.file_limit,
    }
    visits, by_visit = dict[int, Visit](), dict[int, list[Particulars]]()
    done = 0
    for line in judged.lines:
        if line.verdict is Verdict.NEW and line.visit is not None and line.particulars is not None:
            visits[line.visit.id] = line.visit
            by_visit.setdefault(line.visit.id, []).append(line.particulars)
        elif line.verdict is Verdict.CHANGED and line.finding is not None and line.particulars is not None:
            findings.edit(line.finding, line.particulars, version=line.finding.version, **keeping)
            done += 1
            writing.told(done)
    for visit_id, several in by_visit.items():
        for start in range(0, len(several), AT_A_TIME):
            some = several[start : start + AT_A_TIME]
            findings.record(visits[visit_id], some, **keeping)
            done += len(some)
            writing.told(done)


FINDINGS = Kind(
    name="findings",
    label=sentence("Hạn chế"),
    hint=sentence(
        "Cần các cột: đơn vị, hạn chế, phải làm gì, lĩnh vực, hạn khắc phục hoặc số ngày. "
        "Hạn chế ghi vào cuộc kiểm tra đang mở của đoàn tại đơn vị đó. "
        "Tệp Excel tải từ danh sách hạn chế có cột mã và phiên bản, sửa rồi nhập lại được khi chưa ban hành."
    ),
    columns=COLUMNS,
    may=_may,
    judge=_judge,
    write=_write,
    will=sentence("Ghi vào sổ: %(added)s hạn chế mới, %(changed)s hạn chế thay đổi."),
    did=sentence("Đã ghi vào sổ lúc %(at)s: %(added)s hạn chế mới, %(changed)s hạn chế thay đổi."),
    page=("findings.index", {"state": "recorded"}, sentence("Xem hạn chế chưa ban hành")),
)
