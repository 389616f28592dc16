"""What rows need not wait for while they come in: secondary indexes, foreign keys, what the planner knows.

Indexes and keys are put aside and made again afterwards, from what the database itself says of them; that they can be
made again proves that every reference leads somewhere.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Protocol

from sqlalchemy import Engine, NullPool, create_engine

AT_ONCE = min(4, os.cpu_count() or 1)
"""Connections that work for PostgreSQL side by side."""
SETTINGS = (
    "SET statement_timeout = 0",
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '512MB'",
    "SET max_parallel_maintenance_workers = 0",
)
"""Of each of them; they are parallel enough."""
UNHURRIED = "SET LOCAL synchronous_commit = off"
"""Of a transaction: what is on the disk at the end will do."""
Job = Sequence[str]
"""Statements that have to come one after the other."""


class Aside(Protocol):
    def put(self, tables: Sequence[str]) -> None:
        """Aside, whatever hinders rows from coming in."""

    def make_again(self, rows: Mapping[str, int]) -> None:
        """What was put aside. `rows`: how many there are in each table."""

    def finish(self) -> None:
        """Numbers go on after the last row, and the planner learns what is there."""


class OnSqlite:
    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._indexes: list[str] = []

    def put(self, tables: Sequence[str]) -> None:
        cursor = self._driver.cursor()
        for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -524288", "temp_store = MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        found = [row for row in cursor.fetchall() if row[1] in tables]
        self._indexes = [sql for _name, _table, sql in found]
        for name, _table, _sql in found:
            cursor.execute(f'DROP INDEX "{name}"')
        self._driver.commit()

    def make_again(self, rows: Mapping[str, int]) -> None:
        cursor = self._driver.cursor()
        for statement in self._indexes:
            cursor.execute(statement)
            self._driver.commit()

    def finish(self) -> None:
        cursor = self._driver.cursor()
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for pragma in ("synchronous = FULL", "cache_size = -65536", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")


class OnPostgres:
    def __init__(self, engine: Engine, driver: Any) -> None:
        self._engine = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._driver = driver
        self._indexes: list[tuple[str, str]] = []
        """Table and definition."""
        self._keys: list[tuple[str, str, str]] = []
        """Table and name of a foreign key, quoted, and its definition."""

    def put(self, tables: Sequence[str]) -> None:
        cursor = self._driver.cursor()
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
        )
        self._keys = [row for row in cursor.fetchall() if row[0].strip('"') in tables]
        cursor.execute(
            "SELECT tablename, indexdef, indexname FROM pg_indexes WHERE schemaname = 'public'"
            " AND tablename = ANY(%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
            (list(tables),),
        )
        found = cursor.fetchall()
        self._indexes = [(table, definition) for table, definition, _name in found]
        for table, name, _rule in self._keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for _table, _definition, name in found:
            cursor.execute(f'DROP INDEX "{name}"')
        self._driver.commit()

    def make_again(self, rows: Mapping[str, int]) -> None:
        """The longest first. Keys are named before they are proved, since proving one locks but its own table."""
        largest = sorted(self._indexes, key=lambda one: -rows[one[0]])
        self._side_by_side([definition] for _table, definition in largest)
        cursor, proofs = self._driver.cursor(), defaultdict[str, list[str]](list)
        cursor.execute(UNHURRIED)
        for table, name, rule in self._keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule} NOT VALID")
            proofs[table].append(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        self._driver.commit()
        self._side_by_side(proofs[table] for table in sorted(proofs, key=lambda one: -rows[one.strip('"')]))

    def finish(self) -> None:
        cursor = self._driver.cursor()
        cursor.execute(UNHURRIED)
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c WHERE table_schema = 'public'"
            " AND pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) IS NOT NULL"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'),"
                f' (SELECT max("{column}") FROM "{table}"))'
            )
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " ORDER BY pg_relation_size(oid) DESC"
        )
        tables = [name for (name,) in cursor.fetchall()]
        self._driver.commit()
        self._side_by_side([f"VACUUM (ANALYZE) {table}"] for table in tables)

    def _side_by_side(self, jobs: Iterable[Job]) -> None:
        """On as many connections as the machine has processors; each takes the next job when it is through with one."""
        left = iter(list(jobs))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for worker in [threads.submit(self._work, left) for _ in range(AT_ONCE)]:
                worker.result()

    def _work(self, jobs: Iterator[Job]) -> None:
        with closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for statement in (*SETTINGS, *(one for job in jobs for one in job)):
                cursor.execute(statement)
