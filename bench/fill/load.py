"""Rows straight into tables, as fast as each database takes them: COPY on PostgreSQL, executemany on SQLite.

PostgreSQL takes them in while the next are told. What its driver alone needs is told from batches for which nothing
else is done meanwhile.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from bench.fill.columns import COLUMNS
from bench.fill.indexes import Aside, OnPostgres, OnSqlite

Row = tuple[Any, ...]
ALONE = 5
"""One batch in so many is written while nobody tells the next."""
A_TURN = 0.0005
"""Seconds after which whoever tells lets whoever writes go on."""


class Batch:
    """Rows that wait to be written, by table."""

    def __init__(self) -> None:
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, row: Row) -> None:
        self.rows[table].append(row)

    def take(self) -> Mapping[str, list[Row]]:
        """What there is; it is somebody else's from now on."""
        taken, self.rows = self.rows, defaultdict(list)
        return taken


class Load:
    """A database under way. Afterwards it knows how many rows were written, and how long the driver alone takes."""

    def __init__(self, engine: Engine) -> None:
        self.rows: defaultdict[str, int] = defaultdict(int)
        self.indexing = 0.0
        self._batches = self._rows_alone = 0
        self._seconds_alone = 0.0
        self._connection = engine.raw_connection()
        self._driver: Any = self._connection.driver_connection
        self._copies = engine.dialect.name == "postgresql"
        self._aside: Aside = OnPostgres(engine, self._driver) if self._copies else OnSqlite(self._driver)
        self._writer = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None

    @property
    def writing(self) -> float:
        """Seconds that COPY or executemany takes with nothing beside it: a bare load of the same rows."""
        return self._seconds_alone * sum(self.rows.values()) / max(self._rows_alone, 1)

    def write(self, batch: Batch) -> None:
        """One transaction; the one before is through."""
        rows = batch.take()
        self._wait()
        self._batches += 1
        if self._copies and self._batches % ALONE != 2:
            self._under_way = self._writer.submit(self._transaction, rows)
            return
        began = time.perf_counter()
        self._transaction(rows)
        self._seconds_alone += time.perf_counter() - began
        self._rows_alone += sum(map(len, rows.values()))

    def _wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None

    def _transaction(self, waiting: Mapping[str, list[Row]]) -> None:
        cursor = self._driver.cursor()
        if self._copies:
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SET LOCAL statement_timeout = 0")
        else:
            cursor.execute("BEGIN IMMEDIATE")
        for table in COLUMNS:
            if rows := waiting.get(table):
                self._into(cursor, table, rows)
                self.rows[table] += len(rows)
        self._driver.commit()

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
        before = sys.getswitchinterval()
        sys.setswitchinterval(A_TURN)
        try:
            with self._writer:
                yield
                self._wait()
        finally:
            sys.setswitchinterval(before)
        began = time.perf_counter()
        self._aside.make_again(self.rows)
        self.indexing += time.perf_counter() - began

    def finish(self) -> None:
        """Numbers go on after the last row, and the planner learns what is there."""
        began = time.perf_counter()
        self._aside.finish()
        self.indexing += time.perf_counter() - began
        self._connection.close()
