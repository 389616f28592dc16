"""Sheets of units: those to be added, renamed or placed elsewhere. Mergers, splits and ends have their own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.text import fold, one_line
from inspect_app.sheets.queries.places import Known, places
from inspect_app.sheets.services.declared import Column, Kind, Writing
from inspect_app.sheets.services.lines import Judged, Line, Sheet, Verdict, cells_of, day_in, empty
from inspect_app.sheets.services.names import normal
from inspect_app.sheets.services.places import Named, shown_day
from inspect_app.units import policy, services
from inspect_app.units.models import Unit, UnitKind

CODE, NAME, KIND, PARENT, SINCE, BASIS = "code", "name", "kind", "parent", "since", "basis"
LONGEST = {CODE: 20, NAME: 255, BASIS: 1000}
"""Characters."""
WORDS: Mapping[str, UnitKind] = {
    "tinh/thanh pho": UnitKind.CITY,
    "province or city": UnitKind.CITY,
    "so": UnitKind.DEPARTMENT,
    "so, ban, nganh": UnitKind.DEPARTMENT,
    "so, nganh": UnitKind.DEPARTMENT,
    "department": UnitKind.DEPARTMENT,
    "quan": UnitKind.DISTRICT,
    "huyen": UnitKind.DISTRICT,
    "quan/huyen": UnitKind.DISTRICT,
    "quan, huyen": UnitKind.DISTRICT,
    "district": UnitKind.DISTRICT,
    "xa": UnitKind.COMMUNE,
    "phuong": UnitKind.COMMUNE,
    "thi tran": UnitKind.COMMUNE,
    "xa/phuong": UnitKind.COMMUNE,
    "xa, phuong": UnitKind.COMMUNE,
    "xa/phuong/thi tran": UnitKind.COMMUNE,
    "xa, phuong, thi tran": UnitKind.COMMUNE,
    "commune": UnitKind.COMMUNE,
    "commune, ward or town": UnitKind.COMMUNE,
    "don vi truc thuoc": UnitKind.AFFILIATE,
    "truc thuoc": UnitKind.AFFILIATE,
    "affiliate": UnitKind.AFFILIATE,
    "affiliated unit": UnitKind.AFFILIATE,
}
"""Folded."""

COLUMNS = (
    Column(CODE, sentence("Mã đơn vị"), ("ma don vi", "ma", "ma so", "ma hanh chinh", "code", "unit code")),
    Column(NAME, sentence("Tên đơn vị"), ("ten don vi", "ten", "don vi", "name", "name of the unit")),
    Column(KIND, sentence("Loại đơn vị"), ("loai don vi", "loai", "cap", "kind", "kind of unit")),
    Column(
        PARENT,
        sentence("Đơn vị cấp trên"),
        ("don vi cap tren", "cap tren", "truc thuoc", "thuoc don vi", "co quan chu quan", "parent unit", "parent"),
    ),
    Column(
        SINCE,
        sentence("Có hiệu lực từ"),
        ("tu ngay", "hieu luc tu", "co hieu luc tu", "hoat dong tu ngay", "ngay hieu luc", "from", "since"),
    ),
    Column(BASIS, sentence("Căn cứ"), ("can cu", "can cu phap ly", "van ban", "quyet dinh", "legal basis", "basis")),
)


@dataclass(slots=True)
class UnitLine(Line):
    """One row of the sheet, and the unit that it is or would be."""

    unit: Known | None = None
    parent: "Known | UnitLine | None" = None
    """In force, or added by a row above."""
    kind: UnitKind | None = None
    since: date | None = None

    @property
    def name(self) -> str:
        return self.cells.get(NAME, "")

    def rests_on(self) -> tuple[object, ...]:
        known = (self.unit.id, self.unit.version) if self.unit else ()
        return (*known, self.parent.id if isinstance(self.parent, Known) else 0)


def _may(actor: Actor) -> bool:
    return bool(actor.roles & {Role.ADMIN, Role.REVIEWER})


def _judge(sheet: Sheet, actor: Actor, today: date) -> Judged[UnitLine]:
    register = _Register(sheet, actor, today)
    for number, row in sheet.rows:
        cells = cells_of(row, sheet.columns)
        if cells.get(CODE) or cells.get(NAME):
            register.judge(UnitLine(number, cells))
    return Judged(register.lines, register.named.questions())


class _Register:
    """The units as they are, and those that the rows above would add."""

    def __init__(self, sheet: Sheet, actor: Actor, today: date) -> None:
        self.lines: list[UnitLine] = []
        self._actor, self._today = actor, today
        known = places(today)
        self._units, self._by_code = known.units, {unit.code.lower(): unit for unit in known.units.values()}
        self.named = Named(known, sheet.answers)
        self._held_until = _held_until()
        self._added: dict[str, UnitLine] = {}
        self._seen: dict[str, int] = {}

    def judge(self, line: UnitLine) -> None:
        self.lines.append(line)
        for field, longest in LONGEST.items():
            if len(line.cells.get(field, "")) > longest:
                line.wrong[field] = Invalid("Ô này dài quá %(most)s ký tự", most=longest)
        code = line.cells.get(CODE, "").lower()
        if not code:
            line.wrong[CODE] = empty()
            return
        if (first := self._seen.setdefault(code, line.number)) != line.number:
            line.wrong[CODE] = Invalid("Trùng với dòng %(row)s", row=first)
            return
        line.kind = self._kind(line)
        line.since = day_in(line, SINCE) if line.cells.get(SINCE) else None
        line.unit = self._by_code.get(code)
        line.parent = self._parent(line)
        if line.unit is None:
            self._judge_new(line)
        else:
            self._judge_known(line, line.unit)

    def _judge_new(self, line: UnitLine) -> None:
        for field in (NAME, PARENT):
            if not line.cells.get(field):
                line.wrong[field] = empty()
        if not line.cells.get(KIND) and line.kind is None:
            line.wrong[KIND] = empty()
        last = self._held_until.get(line.cells[CODE].lower())
        if last and (line.since is None or line.since <= last):
            line.wrong[SINCE] = Invalid(
                "Mã này đã dùng cho đơn vị khác đến %(day)s, nhập ngày sau ngày đó", day=shown_day(last)
            )
        if line.parent is not None and line.kind is not None:
            self._check_hangs(line, line.kind, line.parent, field=KIND)
        if not line.wrong:
            line.verdict = Verdict.NEW
            self._added[normal(line.name)] = line

    def _judge_known(self, line: UnitLine, unit: Known) -> None:
        if line.kind is not None and line.kind is not unit.kind:
            line.wrong[KIND] = Invalid("Loại đơn vị không đổi được. Thêm đơn vị mới với mã khác")
        if line.name and one_line(line.name) != unit.name:
            line.was[NAME] = unit.name
        if line.parent is not None and (isinstance(line.parent, UnitLine) or line.parent.id != unit.parent_id):
            line.was[PARENT] = unit.parent_name
        if line.was and not line.wrong:
            self._check_change(line, unit)
        if not line.wrong:
            line.verdict = Verdict.CHANGED if line.was else Verdict.SAME

    def _check_change(self, line: UnitLine, unit: Known) -> None:
        first = next(iter(line.was))
        above = self._units.get(unit.parent_id or 0)
        if above is None or not policy.may_add(self._actor, above):
            line.wrong[first] = Invalid("Đơn vị này không thuộc quyền của tài khoản đang dùng")
        elif unit.ended:
            line.wrong[first] = Invalid("Đơn vị này đã có ngày kết thúc nên không thay đổi được nữa")
        elif line.since is None:
            line.wrong[SINCE] = Invalid("Nhập ngày tên mới hoặc cấp trên mới có hiệu lực")
        elif unit.valid_from is not None and line.since <= unit.valid_from:
            line.wrong[SINCE] = Invalid("Ngày thay đổi phải sau ngày %(day)s", day=shown_day(unit.valid_from))
        elif PARENT in line.was and line.parent is not None:
            if isinstance(line.parent, Known) and line.parent.path.startswith(unit.path):
                line.wrong[PARENT] = Invalid("Đơn vị cấp trên không được là chính nó hoặc đơn vị trực thuộc của nó")
            else:
                self._check_hangs(line, unit.kind, line.parent, field=PARENT)

    def _check_hangs(self, line: UnitLine, kind: UnitKind, parent: "Known | UnitLine", *, field: str) -> None:
        placed = parent
        while isinstance(placed, UnitLine):  # what a row above adds hangs under something that is there
            assert placed.parent is not None
            placed = placed.parent
        if not policy.may_add(self._actor, placed):
            line.wrong[PARENT] = Invalid("Không được thêm đơn vị dưới đơn vị này")
        elif isinstance(parent, Known) and parent.ended:
            line.wrong[PARENT] = Invalid("Đơn vị cấp trên này đã có ngày kết thúc, chọn đơn vị khác")
        elif parent.kind is not None and not policy.may_hang(kind, parent.kind):
            line.wrong[field] = Invalid("Loại đơn vị này không đặt dưới %(name)s được", name=parent.name)

    def _kind(self, line: UnitLine) -> UnitKind | None:
        written = line.cells.get(KIND, "")
        if not written:
            return None
        found = WORDS.get(fold(written))
        if found is None:
            line.wrong[KIND] = Invalid("Không có loại đơn vị này, ví dụ sở, quận/huyện, xã/phường, đơn vị trực thuộc")
        return found

    def _parent(self, line: UnitLine) -> "Known | UnitLine | None":
        written = normal(line.cells.get(PARENT, ""))
        if line.unit is not None and written == normal(line.unit.parent_name):
            return self._units.get(line.unit.parent_id or 0)
        return self._added.get(written) or self.named.of(line, PARENT)


def _held_until() -> dict[str, date]:
    """Code, lower case -> the last day of the latest unit that bore it and is no more."""
    held: dict[str, date] = {}
    rows = db.session.execute(select(Unit.code, Unit.valid_to, Unit.last_known).where(Unit.ended)).all()
    for code, valid_to, last_known in rows:
        if (last := valid_to or last_known) is not None:
            held[code.lower()] = max(last, held.get(code.lower(), last))
    return held


def _write(judged: Judged[UnitLine], writing: Writing) -> None:
    added, became = dict[int, Unit](), dict[int, Unit]()

    def now(unit_id: int) -> Unit:
        """The row that is open: one above may have closed the one that the sheet was judged by."""
        return became.get(unit_id) or db.session.get_one(Unit, unit_id)

    changes = [line for line in judged.lines if line.verdict is not Verdict.SAME]
    for done, line in enumerate(changes, 1):
        parent, basis = line.parent, line.cells.get(BASIS, "")
        above = added[parent.number] if isinstance(parent, UnitLine) else now(parent.id) if parent else None
        if line.unit is None:
            assert above is not None
            assert line.kind is not None
            added[line.number] = services.found(
                above,
                actor=writing.actor,
                code=line.cells[CODE],
                name=line.name,
                kind=line.kind,
                valid_from=line.since,
                basis=basis,
                today=writing.today,
            )
        else:
            unit = now(line.unit.id)
            assert line.since is not None
            became[line.unit.id] = services.change(
                unit,
                actor=writing.actor,
                name=line.name or unit.name,
                parent=above or now(unit.parent_id or 0),
                since=line.since,
                basis=basis,
                today=writing.today,
            )
        writing.told(done)


UNITS = Kind(
    name="units",
    label=sentence("Đơn vị"),
    hint=sentence(
        "Cần các cột: mã, tên, loại, đơn vị cấp trên; ngày có hiệu lực và căn cứ nếu có. "
        "Đơn vị chưa có được thêm, đơn vị đã có được đổi tên hoặc đổi cấp trên từ ngày ghi trong bảng. "
        "Sáp nhập, chia tách và kết thúc làm ở trang của đơn vị."
    ),
    columns=COLUMNS,
    may=_may,
    judge=_judge,
    write=_write,
    will=sentence("Ghi vào sổ: %(added)s đơn vị mới, %(changed)s đơn vị thay đổi."),
    did=sentence("Đã ghi vào sổ lúc %(at)s: %(added)s đơn vị mới, %(changed)s đơn vị thay đổi."),
    page=("units.index", {}, sentence("Xem danh mục đơn vị")),
)
