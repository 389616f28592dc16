"""Sheets of grants: who gets which role over which unit. Nobody gives what is not theirs to give, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from inspect_app.accounts import policy, services
from inspect_app.accounts.models import Grant, Person
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.text import fold
from inspect_app.sheets.queries import accounts
from inspect_app.sheets.queries.places import Known, places
from inspect_app.sheets.services.declared import Column, Kind, Writing
from inspect_app.sheets.services.lines import Judged, Line, Sheet, Verdict, cells_of, day_in, empty
from inspect_app.sheets.services.places import Named
from inspect_app.units.models import Unit

USERNAME, ROLE, UNIT, SINCE, UNTIL = "username", "role", "unit", "since", "until"
WORDS: Mapping[str, Role] = {
    "can bo don vi": Role.OFFICER,
    "can bo": Role.OFFICER,
    "officer": Role.OFFICER,
    "unit officer": Role.OFFICER,
    "lanh dao": Role.VIEWER,
    "viewer": Role.VIEWER,
    "leader": Role.VIEWER,
    "so noi vu": Role.REVIEWER,
    "phong noi vu": Role.REVIEWER,
    "reviewer": Role.REVIEWER,
    "department of home affairs": Role.REVIEWER,
    "quan tri he thong": Role.ADMIN,
    "quan tri": Role.ADMIN,
    "admin": Role.ADMIN,
    "system administrator": Role.ADMIN,
}
"""Folded."""

COLUMNS = (
    Column(USERNAME, sentence("Tên đăng nhập"), ("ten dang nhap", "tai khoan", "username", "user name")),
    Column(ROLE, sentence("Vai trò"), ("vai tro", "quyen", "phan quyen", "role")),
    Column(
        UNIT,
        sentence("Đơn vị được phân quyền"),
        ("don vi duoc phan quyen", "don vi", "pham vi", "tren don vi", "unit", "over unit"),
    ),
    Column(SINCE, sentence("Từ ngày"), ("tu ngay", "ngay bat dau", "bat dau", "hieu luc tu", "from", "since")),
    Column(UNTIL, sentence("Đến ngày"), ("den ngay", "den het ngay", "ngay ket thuc", "ket thuc", "up to", "until")),
)


@dataclass(slots=True)
class GrantLine(Line):
    """One row of the sheet: a role for somebody over a unit."""

    person: Person | None = None
    role: Role | None = None
    unit: Known | None = None
    since: date | None = None
    until: date | None = None

    def rests_on(self) -> tuple[object, ...]:
        return (self.person.id if self.person else 0, self.unit.id if self.unit else 0, self.since)


def _may(actor: Actor) -> bool:
    return Role.ADMIN in actor.roles


def _judge(sheet: Sheet, actor: Actor, today: date) -> Judged[GrantLine]:
    lines = [GrantLine(number, cells_of(row, sheet.columns)) for number, row in sheet.rows]
    lines = [line for line in lines if line.cells.get(USERNAME) or line.cells.get(ROLE)]
    people = accounts.by_username(actor, {line.cells.get(USERNAME, "").lower() for line in lines})
    held = accounts.grants_of(people.values())
    named = Named(places(today), sheet.answers, among=lambda unit: unit.has_begun(today) and not unit.ended)
    above: dict[tuple[int, Role | None, int], list[GrantLine]] = {}
    for line in lines:
        _judge_line(line, people, named, actor, today)
        if not line.wrong:
            assert line.person is not None
            assert line.unit is not None
            alike = above.setdefault((line.person.id, line.role, line.unit.id), [])
            _compare(line, held.get(line.person.id, ()), alike)
            if line.verdict is Verdict.NEW:
                alike.append(line)
    return Judged(lines, named.questions())


def _judge_line(line: GrantLine, people: Mapping[str, Person], named: Named, actor: Actor, today: date) -> None:
    for field in (USERNAME, ROLE, UNIT):
        if not line.cells.get(field):
            line.wrong[field] = empty()
    line.person = people.get(line.cells.get(USERNAME, "").lower())
    if line.person is None:
        line.wrong.setdefault(USERNAME, Invalid("Không có tài khoản này, hoặc tài khoản đang dùng không quản lý"))
    elif line.person.id == actor.person_id:
        line.wrong[USERNAME] = Invalid("Không tự phân quyền cho mình. Nhờ một quản trị khác.")
    line.role = _role(line)
    line.unit = named.of(line, UNIT)
    if line.role is not None and line.unit is not None and not policy.may_grant(actor, line.role, line.unit):
        line.wrong[UNIT] = Invalid("Tài khoản đang dùng không được phân quyền trên đơn vị này.")
    line.since = day_in(line, SINCE) if line.cells.get(SINCE) else today
    line.until = day_in(line, UNTIL) if line.cells.get(UNTIL) else None
    if line.until and line.since and line.until < line.since:
        line.wrong[UNTIL] = Invalid("Ngày kết thúc phải sau ngày bắt đầu")
    elif line.until and line.until < today:
        line.wrong[UNTIL] = Invalid("Ngày kết thúc đã qua, chọn ngày khác")


def _role(line: GrantLine) -> Role | None:
    written = fold(line.cells.get(ROLE, ""))
    if not written:
        return None
    if written in ("thanh vien doan", "inspector"):
        line.wrong[ROLE] = Invalid("Vai trò thành viên đoàn có từ danh sách đoàn kiểm tra, không phân quyền riêng")
    elif written not in WORDS:
        line.wrong[ROLE] = Invalid("Không có vai trò này: cán bộ đơn vị, lãnh đạo, Sở Nội vụ, quản trị hệ thống")
    return WORDS.get(written)


def _compare(line: GrantLine, held: Sequence[Grant], above: Sequence[GrantLine]) -> None:
    """With what the person holds, and with the same role over the same unit that rows `above` would give."""
    assert line.unit is not None
    for given in held:
        if (given.role, given.unit_id) == (line.role, line.unit.id) and _meet(line, given.since, given.until):
            is_meant = not line.cells.get(SINCE) or given.since == line.since
            if is_meant and given.until == line.until:
                line.verdict = Verdict.SAME
            else:
                line.was = {UNTIL if is_meant else SINCE: _days(given)}
                line.wrong[ROLE] = Invalid("Người này đã có vai trò đó ở đơn vị này trong thời gian đó")
            return
    for other in above:
        if other.since and _meet(line, other.since, other.until):
            line.wrong[ROLE] = Invalid("Trùng với dòng %(row)s", row=other.number)
            return
    line.verdict = Verdict.NEW


def _meet(line: GrantLine, since: date, until: date | None) -> bool:
    assert line.since is not None
    return (line.until is None or since <= line.until) and (until is None or until >= line.since)


def _days(given: Grant) -> str:
    last = f"{given.until:%d/%m/%Y}" if given.until else "…"
    return f"{given.since:%d/%m/%Y} - {last}"


def _write(judged: Judged[GrantLine], writing: Writing) -> None:
    for done, line in enumerate((line for line in judged.lines if line.verdict is Verdict.NEW), 1):
        assert line.person is not None
        assert line.role is not None
        assert line.unit is not None
        services.grant(
            line.person,
            actor=writing.actor,
            role=line.role,
            unit=db.session.get_one(Unit, line.unit.id),
            since=line.since or writing.today,
            until=line.until,
            today=writing.today,
        )
        writing.told(done)


GRANTS = Kind(
    name="grants",
    label=sentence("Phân quyền"),
    hint=sentence(
        "Cần các cột: tên đăng nhập, vai trò, đơn vị được phân quyền; từ ngày, đến ngày nếu có. "
        "Mỗi dòng thêm một vai trò cho người đã có tài khoản. Thu hồi vai trò làm ở trang của người dùng."
    ),
    columns=COLUMNS,
    may=_may,
    judge=_judge,
    write=_write,
    will=sentence("Ghi vào sổ: %(added)s vai trò mới, %(changed)s vai trò thay đổi."),
    did=sentence("Đã ghi vào sổ lúc %(at)s: %(added)s vai trò mới, %(changed)s vai trò thay đổi."),
    page=("people.index", {}, sentence("Xem danh sách người dùng")),
    proof=True,
)
