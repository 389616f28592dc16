"""A form sets what it declares: whatever else is sent with it sets nothing.

Each form of the program is filled in and sent twice, as it stands and with the name of every column of every table
beside its own fields; what either leaves in the database is compared.
"""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, Enum, Integer

from inspect_app.core.db import Base
from tests.support.routes import method_and_endpoint, names_of_fields, routes
from tests.support.walking import Form, Rows, Walker, all_rows
from tests.support.world import World
from tests.test_permissions import ACCESS

NUMBER, DAY = 2_077_077_077, date(2077, 7, 7)
TEXT = "gửi thêm"
KEEPING = {"draft", "once"}
"""Tables that keep a form as it was sent, or under a key made up for it."""
AWAY = {"post:imports.choose", "post:imports.write"}
"""The file that the world's import is about is not there."""
LEAST_DONE = 90
"""So many acts have to succeed, or the walk shows little."""


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


@pytest.mark.long
@pytest.mark.tried_on("sqlite")
def test_only_declared_fields_are_set(app, browser, make):
    world = World(make)
    walker = Walker(app, browser, world)
    people = {role: world.person_as(role) for role in set(routes(ACCESS).values())}
    asked = [(row, role) for row, role in routes(ACCESS).items() if row.startswith("post:") and row not in AWAY]
    addresses = {row: walker.address(row) for row, _role in asked}  # makes all that they are about
    wrong, done = {}, []
    for row, role in asked:
        if walker.person is not people[role]:
            walker.become(people[role])
            before = all_rows()
        form = walker.form(row) or Form()
        _method, endpoint = method_and_endpoint(row)
        package = app.view_functions[endpoint].__module__.split(".")[1]
        for filled in form.fillings:
            with world.undone():
                expected = walker.send(addresses[row], filled).status
                plain = all_rows()
            if expected in {200, 303}:
                done.append(row)
                break
        with world.undone():
            status = walker.send(addresses[row], filled + _more(form, package, before)).status
            found = _differences(plain, all_rows(), before)
        if status != expected:
            found.append(f"answered {status}, not {expected}")
        if found:
            wrong[row] = found
    print(f"{len(asked)} routes, {len(done)} acts done, {sum(walker.statuses.values())} requests")
    print("not done:", *sorted(set(addresses) - set(done)))
    assert wrong == {}, "\n".join(f"{row}: {found}" for row, found in wrong.items())
    assert len(done) >= LEAST_DONE
