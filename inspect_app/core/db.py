"""The database handle, the declarative base and the vocabulary of columns.

SQLite and PostgreSQL are both first class: what differs between them is settled here and in `core.connections`, so
that no feature needs to know which one it speaks to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any

import structlog
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
    type_coerce,
)
from sqlalchemy import Enum as SAEnum
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.sql.functions import FunctionElement

from inspect_app.core import outage
from inspect_app.core.connections import REPORTS

log = structlog.get_logger()


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Stored as UTC without offset; naive values are refused, aware UTC comes back."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Hundredths(TypeDecorator[Decimal]):
    """A number with at most two decimals, stored as a whole number of hundredths: SQLite would make it a float.

    Raises ValueError for more decimals. A CHECK sees the hundredths.
    """

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        hundredths = value.scaleb(2)
        if hundredths != hundredths.to_integral_value():
            raise ValueError(f"more than two decimals: {value}")
        return int(hundredths)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


class _Encoded(FunctionElement[bytes]):
    """The bytes of a text."""

    inherit_cache = True


@compiles(_Encoded)
def _to_utf8(element: _Encoded, compiler: Any, **rest: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **rest)}, 'UTF8')"


@compiles(_Encoded, "sqlite")
def _to_blob(element: _Encoded, compiler: Any, **rest: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **rest)} AS BLOB)"


class _Decoded(FunctionElement[Any]):
    """The text of which these are the bytes."""

    inherit_cache = True


@compiles(_Decoded)
def _from_utf8(element: _Decoded, compiler: Any, **rest: Any) -> str:
    return f"convert_from({compiler.process(element.clauses, **rest)}, 'UTF8')"


@compiles(_Decoded, "sqlite")
def _from_blob(element: _Decoded, compiler: Any, **rest: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **rest)} AS TEXT)"


class Utf8(TypeDecorator[bytes]):
    """A text so long that it is handled as its bytes: half of it in memory, and hashed and sent as they are."""

    impl = Text
    cache_ok = True

    def bind_expression(self, bindparam: BindParameter[bytes]) -> ColumnElement[Any]:
        return _Decoded(type_coerce(bindparam, LargeBinary))

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[bytes]:
        return type_coerce(_Encoded(column), LargeBinary)


def _values(members: type[Enum]) -> list[str]:
    return [str(member.value) for member in members]


def codes(members: type[StrEnum], name: str | None = None) -> SAEnum:
    """A column of enum codes with a CHECK; `name` it where one table has two columns of the same enum."""
    return SAEnum(
        members,
        name=name or members.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=_values,
    )


def of_given(name: str, column: str) -> Index:
    """An index of the rows that have something in the column, where few have.

    With the others in it SQLite takes its word, after ANALYZE, that a value leads to nearly all rows, and reads the
    table instead; and each row that is written writes its entry.
    """
    given = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=given, postgresql_where=given)


def byte_order() -> String:
    """Text that compares byte by byte on both databases: paths, sort keys, folded words."""
    return String().with_variant(String(collation="C"), "postgresql")


pk = Annotated[int, mapped_column(primary_key=True)]
prose = Annotated[str, mapped_column(Text)]
plain = Annotated[str, mapped_column(byte_order())]


class Base(DeclarativeBase):
    # A ready-made registry, not loose `metadata` and `type_annotation_map` attributes:
    # Flask-SQLAlchemy 3.1 copies this class body, and SQLAlchemy refuses the copy otherwise.
    registry = registry(
        # Named constraints: without names, SQLite's batch migrations cannot drop one.
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UTCDateTime},
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', None)}>"


_apart: ContextVar[bool] = ContextVar("apart", default=False)


class Routed(FlaskSession):
    """Asks the database itself, or inside `apart` the copy of it for reports."""

    def get_bind(
        self, mapper: Any | None = None, clause: Any | None = None, bind: Any | None = None, **more: Any
    ) -> Engine | Connection:
        if bind is None and _apart.get():
            return db.engines[REPORTS]
        return super().get_bind(mapper=mapper, clause=clause, bind=bind, **more)

    def close(self) -> None:
        """Whoever was answered stays answered, though the database went away before the answer left.

        What was not committed is undone by the server when it loses the connection.
        """
        try:
            with outage.waiting(outage.AT_REST):
                super().close()
        except SQLAlchemyError as error:
            if not outage.is_outage(error):
                raise
            log.warning("session_not_closed", exc_info=True)
            self.invalidate()


db = SQLAlchemy(model_class=Base, session_options={"class_": Routed})


@contextmanager
def apart() -> Iterator[None]:
    """What is asked inside is asked of the copy for reports. It takes no writing."""
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)
