"""The people of the demo. They are marked as such, keep their password, and never sign in under production."""

from dataclasses import dataclass
from datetime import date, datetime

from inspect_app.accounts import queries as accounts
from inspect_app.accounts import services
from inspect_app.accounts.models import Person
from inspect_app.core.actor import SYSTEM, Actor, Role
from inspect_app.plans import queries as plans
from inspect_app.units.models import Unit

FIRST_DAY = date(2021, 12, 1)
LAST_DAY_OF_2022 = date(2022, 12, 31)


@dataclass(frozen=True, slots=True)
class Cast:
    admin: Person
    reviewer: Person
    head: Person
    member: Person
    officer: Person
    leader: Person
    head_2022: Person
    officer_2022: Person

    @property
    def accounts(self) -> tuple[Person, ...]:
        """Those whom a visitor of the demo signs in as."""
        return (self.admin, self.reviewer, self.head, self.member, self.officer, self.leader)


@dataclass(frozen=True, slots=True)
class Homes:
    """Units that the cast belongs to."""

    city: Unit
    home_affairs: Unit
    office: Unit
    ward: Unit


def gather(homes: Homes, *, password: str, now: datetime, today: date) -> Cast:
    """Add the people and grant them what they may do."""

    def add(username: str, name: str, title: str, home: Unit | None) -> Person:
        return services.add_person(
            actor=SYSTEM,
            username=username,
            name=name,
            title=title,
            password=password,
            home_unit=home,
            now=now,
            today=today,
            demo=True,
            must_change=False,
        )

    def grant(person: Person, role: Role, unit: Unit, until: date | None = None) -> None:
        services.grant(person, actor=SYSTEM, role=role, unit=unit, since=FIRST_DAY, until=until, today=today)

    cast = Cast(
        admin=add("quantri", "Võ Thanh Tùng", "Quản trị hệ thống", homes.home_affairs),
        reviewer=add("sonoivu", "Lê Quốc Bảo", "Chuyên viên cải cách hành chính", homes.home_affairs),
        head=add("truongdoan", "Phạm Thu Hà", "Phó Chánh Văn phòng", homes.office),
        member=add("thanhvien", "Trần Minh Khoa", "Chuyên viên", homes.office),
        officer=add("canbo", "Nguyễn Thị Hạnh", "Công chức Văn phòng", homes.ward),
        leader=add("lanhdao", "Đặng Văn Lâm", "Lãnh đạo thành phố", homes.city),
        head_2022=add("doan2022", "Huỳnh Ngọc Dung", "Trưởng đoàn kiểm tra năm 2022", homes.city),
        officer_2022=add("donvi2022", "Bùi Thị Lan", "Đại diện các đơn vị năm 2022", None),
    )
    grant(cast.admin, Role.ADMIN, homes.city)
    grant(cast.reviewer, Role.REVIEWER, homes.city)
    grant(cast.officer, Role.OFFICER, homes.ward)
    grant(cast.leader, Role.VIEWER, homes.city)
    grant(cast.officer_2022, Role.OFFICER, homes.city, until=LAST_DAY_OF_2022)
    return cast


def on(person: Person, day: date, home_path: str = "") -> Actor:
    """The person with what they held and where they sat on that day."""
    return Actor(
        person_id=person.id,
        name=person.name,
        home_unit_id=person.home_unit_id,
        home_path=home_path,
        grants=accounts.held_by(person.id, day),
        seats=plans.seats_of(person.id, day),
    )
