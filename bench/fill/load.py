"""Rows straight into tables, as fast as each database takes them: COPY on PostgreSQL, executemany on SQLite."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from bench.fill.columns import COLUMNS
from bench.fill.indexes import Aside, OnPostgres, OnSqlite

Row = tuple[Any, ...]


class Batch:
    """Rows that wait to be written, by table."""

    def __init__(self) -> None:
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, row: Row) -> None:
        self.rows[table].append(row)


class Load:
    """A database under way. Afterwards it knows how many rows were written, and how long the driver alone took."""

    def __init__(self, engine: Engine) -> None:
        self.rows: defaultdict[str, int] = defaultdict(int)
        self.writing = 0.0
        """Seconds inside COPY or executemany: what a bare load of the same rows takes."""
        self.indexing = 0.0
        self._connection = engine.raw_connection()
        self._driver: Any = self._connection.driver_connection
        self._copies = engine.dialect.name == "postgresql"
        self._aside: Aside = OnPostgres(engine, self._driver) if self._copies else OnSqlite(self._driver)

    def write(self, batch: Batch) -> None:
        """One transaction."""
        began = time.perf_counter()
        cursor = self._driver.cursor()
        if self._copies:
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SET LOCAL statement_timeout = 0")
        else:
            cursor.execute("BEGIN IMMEDIATE")
        for table in COLUMNS:
            if rows := batch.rows.pop(table, None):
                self._into(cursor, table, rows)
                self.rows[table] += len(rows)
        self._driver.commit()
        self.writing += time.perf_counter() - began

    def _into(self, cursor: Any, table: str, rows: Sequence[Row]) -> None:
        names = COLUMNS[table].split()
        listed = ", ".join(f'"{name}"' for name in names)
        if self._copies:
            with cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            cursor.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)

    @contextmanager
    def unhindered(self) -> Iterator[None]:
        """Without the secondary indexes and the foreign keys of the tables that are filled; they are made again."""
        self._aside.put(list(COLUMNS))
        yield
        began = time.perf_counter()
        self._aside.make_again(self.rows)
        self.indexing += time.perf_counter() - began

    def finish(self) -> None:
        """Numbers go on after the last row, and the planner learns what is there."""
        began = time.perf_counter()
        self._aside.finish()
        self.indexing += time.perf_counter() - began
        self._connection.close()
