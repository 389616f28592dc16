"""Sheets of people: accounts to be made, each with a first password, and what is known of people to be changed."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from inspect_app.accounts import policy, services
from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.text import one_line
from inspect_app.sheets.queries import accounts
from inspect_app.sheets.queries.places import Known, places
from inspect_app.sheets.services.declared import Column, Kind, Secret, Writing
from inspect_app.sheets.services.lines import Judged, Line, Sheet, Verdict, cells_of, empty
from inspect_app.sheets.services.places import Named
from inspect_app.units.models import Unit

USERNAME, NAME, TITLE, UNIT, PHONE, EMAIL = "username", "name", "title", "unit", "phone", "email"
LONGEST = {NAME: 100, TITLE: 255, PHONE: 20, EMAIL: 200}
"""Characters."""
MOST = 200
"""Rows that one sheet may add and change: each new account gets a password, and making one takes its time."""
_PHONE = re.compile(r"[0-9+(). -]{6,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

COLUMNS = (
    Column(USERNAME, sentence("Tên đăng nhập"), ("ten dang nhap", "tai khoan", "username", "user name")),
    Column(NAME, sentence("Họ và tên"), ("ho va ten", "ho ten", "ten can bo", "can bo", "name", "full name")),
    Column(TITLE, sentence("Chức vụ"), ("chuc vu", "chuc danh", "chuc vu, chuc danh", "position", "title")),
    Column(
        UNIT,
        sentence("Đơn vị công tác"),
        ("don vi cong tac", "don vi", "co quan", "co quan, don vi", "noi cong tac", "unit", "home unit"),
    ),
    Column(PHONE, sentence("Số điện thoại"), ("so dien thoai", "dien thoai", "sdt", "phone", "phone number")),
    Column(EMAIL, sentence("Thư điện tử"), ("thu dien tu", "email", "e-mail", "thu dien tu cong vu")),
)


@dataclass(slots=True)
class PersonLine(Line):
    """One row of the sheet, and the person whom it names or would add."""

    username: str = ""
    person: Person | None = None
    unit: Known | None = None
    reach: Sequence[Placed] = ()

    def rests_on(self) -> tuple[object, ...]:
        known = (self.person.id, self.person.version) if self.person else ()
        return (*known, self.unit.id if self.unit else 0)


def _may(actor: Actor) -> bool:
    return Role.ADMIN in actor.roles


def _judge(sheet: Sheet, actor: Actor, today: date) -> Judged[PersonLine]:
    lines = [PersonLine(number, cells_of(row, sheet.columns)) for number, row in sheet.rows]
    lines = [line for line in lines if line.cells.get(USERNAME) or line.cells.get(NAME)]
    for line in lines:
        line.username = line.cells.get(USERNAME, "").lower()
    names = {line.username for line in lines}
    people, taken = accounts.by_username(actor, names), accounts.taken(names)
    reaches = accounts.reaches(people.values(), today)
    named = Named(
        places(today),
        sheet.answers,
        among=lambda unit: unit.has_begun(today) and not unit.ended and policy.may_house(actor, unit),
    )
    seen: dict[str, int] = {}
    for line in lines:
        if (first := seen.setdefault(line.username, line.number)) != line.number:
            line.wrong[USERNAME] = Invalid("Trùng với dòng %(row)s", row=first)
            continue
        _check_cells(line)
        line.person = people.get(line.username)
        if line.person is not None:
            line.reach = reaches[line.person.id]
            _judge_known(line, line.person, named, actor)
        else:
            _judge_new(line, named, is_taken=line.username in taken)
    return Judged(lines, named.questions())


def _check_cells(line: PersonLine) -> None:
    phone, email = line.cells.get(PHONE, ""), line.cells.get(EMAIL, "")
    for field, longest in LONGEST.items():
        if len(line.cells.get(field, "")) > longest:
            line.wrong[field] = Invalid("Ô này dài quá %(most)s ký tự", most=longest)
    if phone and PHONE not in line.wrong and not _PHONE.fullmatch(phone):
        line.wrong[PHONE] = Invalid("Nhập số điện thoại, ví dụ 0912 345 678")
    if email and EMAIL not in line.wrong and not _EMAIL.fullmatch(email):
        line.wrong[EMAIL] = Invalid("Nhập địa chỉ thư điện tử, ví dụ ten@cantho.gov.vn")


def _judge_new(line: PersonLine, named: Named, *, is_taken: bool) -> None:
    fault = policy.username_fault(line.username) if line.username else ""
    if is_taken:
        line.wrong[USERNAME] = Invalid("Tên đăng nhập này đã có người dùng")
    elif fault:
        line.wrong[USERNAME] = Invalid(fault)
    for field in (USERNAME, NAME, UNIT):
        if not line.cells.get(field):
            line.wrong[field] = empty()
    line.unit = named.of(line, UNIT)
    if not line.wrong:
        line.verdict = Verdict.NEW


def _judge_known(line: PersonLine, person: Person, named: Named, actor: Actor) -> None:
    home = person.home_unit
    for field, now in ((NAME, person.name), (TITLE, person.title), (PHONE, person.phone), (EMAIL, person.email)):
        said = one_line(line.cells.get(field, ""))
        if said and said != now:
            line.was[field] = now
    if line.cells.get(UNIT) and (home is None or line.cells[UNIT] != home.name):
        line.unit = named.of(line, UNIT)
        if line.unit is not None and (home is None or line.unit.id != home.id):
            line.was[UNIT] = home.name if home else ""
    if line.was:
        first = next(iter(line.was))
        if actor.person_id == person.id:
            line.wrong[first] = Invalid("Thông tin của chính mình sửa ở trang của tài khoản")
        elif not policy.may_manage(actor, person, line.reach):
            line.wrong[first] = Invalid("Tài khoản này có quyền rộng hơn phạm vi quản trị đang dùng")
    if not line.wrong:
        line.verdict = Verdict.CHANGED if line.was else Verdict.SAME


def _ahead(judged: Judged[PersonLine]) -> list[tuple[str, str]]:
    """A first password for each new account, and what is kept of it."""
    secrets = [services.new_secret() for line in judged.lines if line.verdict is Verdict.NEW]
    with ThreadPoolExecutor(2) as pool:
        return list(zip(secrets, pool.map(services.hashed, secrets), strict=True))


def _write(judged: Judged[PersonLine], writing: Writing) -> None:
    passwords = iter(writing.ahead)
    changes = [line for line in judged.lines if line.verdict is not Verdict.SAME]
    for done, line in enumerate(changes, 1):
        home = db.session.get(Unit, line.unit.id) if line.unit else None
        if line.person is None:
            secret, kept = next(passwords)
            person = services.add_person(
                actor=writing.actor,
                username=line.username,
                name=line.cells[NAME],
                password_hash=kept,
                home_unit=home,
                now=writing.at,
                today=writing.today,
                title=one_line(line.cells.get(TITLE, "")),
                phone=line.cells.get(PHONE, ""),
                email=line.cells.get(EMAIL, ""),
                expires_at=writing.at + services.FIRST_SECRET_LASTS,
            )
            writing.secrets.append(Secret(person.username, person.name, home.name if home else "", secret))
        else:
            _edit(line, line.person, home, writing)
        writing.told(done)


def _edit(line: PersonLine, person: Person, home: Unit | None, writing: Writing) -> None:
    """An empty cell leaves what is there."""
    services.edit_person(
        person,
        actor=writing.actor,
        reach=line.reach,
        name=line.cells.get(NAME) or person.name,
        title=one_line(line.cells.get(TITLE, "")) or person.title,
        phone=line.cells.get(PHONE) or person.phone,
        email=line.cells.get(EMAIL) or person.email,
        home_unit=home or person.home_unit,
        version=person.version,
        today=writing.today,
    )


PEOPLE = Kind(
    name="people",
    label=sentence("Người dùng"),
    hint=sentence(
        "Cần các cột: tên đăng nhập, họ và tên, đơn vị công tác; chức vụ, số điện thoại, thư điện tử nếu có. "
        "Người mới được cấp mật khẩu lần đầu, chỉ hiện một lần sau khi ghi. Mỗi tệp không quá 200 người."
    ),
    columns=COLUMNS,
    may=_may,
    judge=_judge,
    write=_write,
    will=sentence("Ghi vào sổ: %(added)s người mới, %(changed)s người thay đổi thông tin."),
    did=sentence("Đã ghi vào sổ lúc %(at)s: %(added)s người mới, %(changed)s người thay đổi thông tin."),
    page=("people.index", {}, sentence("Xem danh sách người dùng")),
    ahead=_ahead,
    proof=True,
    most=MOST,
)
