"""A form sets what it declares: whatever else is sent with it sets nothing.

Each form of the program is filled in and sent twice, as it stands and with the name of every column of every table
beside its own fields; what either leaves in the database is compared.
"""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, Enum, Integer, func, select

from inspect_app.core.db import Base, db
from tests.support.acts import address_of, ready
from tests.support.routes import method_and_endpoint, names_of_fields, routes
from tests.support.walking import Form, Rows, Walker, all_rows, take_time
from tests.support.world import World
from tests.test_permissions import ACCESS

NUMBER, DAY = 2_077_077_077, date(2077, 7, 7)
TEXT = "gửi thêm"
KEEPING = {"draft", "once"}
"""Tables that keep a form as it was sent, or under a key made up for it."""
AWAY = {"post:imports.choose", "post:imports.write"}
"""The file that the world's import is about is not there."""
DONE = {200, 201, 303}


def _value(column: Column[Any], before: Rows) -> str:
    kind = column.type
    for key in column.foreign_keys:
        named = [row[key.column.name] for (table, _), row in before.items() if table == key.column.table.name]
        return str(max(named, default=1))
    if isinstance(kind, Enum):
        return str(kind.enums[-1])
    if isinstance(kind, Boolean):
        return "y"
    if isinstance(kind, DateTime):
        return f"{DAY} 07:07:07"
    if isinstance(kind, Date):
        return DAY.strftime("%d/%m/%Y")
    if isinstance(kind, Integer):
        return str(NUMBER)
    return f"{TEXT} {column}"


def _more(form: Form, package: str, before: Rows) -> list[tuple[str, str]]:
    """What the form does not ask for; the columns of the feature's own tables first."""
    own = {mapper.local_table for mapper in Base.registry.mappers if f".{package}." in mapper.class_.__module__}
    tables = sorted(Base.metadata.sorted_tables, key=lambda table: (table not in own, table.name))
    columns = [column for table in tables for column in table.columns]
    known = {"version", *(form.names or names_of_fields())}  # of a form that no page shows nobody knows the fields
    return [(column.name, _value(column, before)) for column in columns if column.name not in known]


def _is_posted(value: object) -> bool:
    if isinstance(value, datetime):
        return value.date() == DAY
    return value in (NUMBER, DAY) or TEXT in str(value)


def _differences(plain: Rows, more: Rows, before: Rows) -> list[str]:
    """Cells that hold what was sent beside the form, or chose otherwise than without it."""
    found = [f"{table}: one more" for table, _key in (plain.keys() ^ more.keys()) if table not in KEEPING]
    for (table, key), row in more.items():
        if table in KEEPING or before.get((table, key)) == row:
            continue
        for column in Base.metadata.tables[table].columns:
            value, otherwise = row[column.name], plain.get((table, key), row)[column.name]
            if _is_posted(value):
                found.append(f"{table}.{column.name} = {value!r}")
            elif isinstance(column.type, Boolean | Enum | Integer | Date) and value != otherwise:
                found.append(f"{table}.{column.name} = {value!r}, not {otherwise!r}")
    return found


def new_numbers() -> None:
    """What is made next gets the number after the last there is, whatever was made and undone before.

    PostgreSQL's sequences do not go back by themselves.
    """
    if db.engine.dialect.name == "postgresql":
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns and isinstance(table.columns["id"].type, Integer):
                following = select(func.coalesce(func.max(table.columns["id"]), 0) + 1).scalar_subquery()
                sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
                db.session.execute(select(func.setval(sequence, following, False)))


@pytest.mark.long
@pytest.mark.tried_on("sqlite")
def test_only_declared_fields_are_set(app, browser, make, password_hash, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://kiemtra.example.vn")
    take_time(app, monkeypatch)
    world = World(make)
    walker = Walker(app, browser, world)
    people = {role: world.person_as(role) for role in set(routes(ACCESS).values())}
    for person in filter(None, people.values()):
        person.password_hash = password_hash
    asked = [(row, role) for row, role in routes(ACCESS).items() if row.startswith("post:") and row not in AWAY]
    addresses = {row: address_of(walker, row) for row, _role in asked}  # makes all that they are about
    wrong, done = {}, []
    for row, role in asked:
        walker.become(people[role])
        _method, endpoint = method_and_endpoint(row)
        package = app.view_functions[endpoint].__module__.split(".")[1]
        with ready(walker, row) as form:
            before = all_rows()
            for filled in form.fillings:
                with world.undone():
                    new_numbers()
                    expected = walker.send(addresses[row], filled + form.papers).status
                    plain = all_rows()
                if expected in DONE:
                    done.append(row)
                    break
            with world.undone():
                new_numbers()
                more = [*form.papers, *_more(form, package, before)]
                status = walker.send(addresses[row], [*filled, *more]).status
                found = _differences(plain, all_rows(), before)
        if status != expected:
            found.append(f"answered {status}, not {expected}")
        if found:
            wrong[row] = found
    print(f"{len(asked)} routes, {len(done)} acts done, {sum(walker.statuses.values())} requests")
    assert wrong == {}, "\n".join(f"{row}: {found}" for row, found in wrong.items())
    assert set(addresses) == set(done), "acts that did not succeed show nothing"
