"""Rows straight into tables, as fast as each database takes them: COPY on PostgreSQL, executemany on SQLite.

Indexes and foreign keys are put aside while rows come in and made again afterwards, from what the database itself
says of them; that they can be made again proves that every reference leads somewhere.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

Row = tuple[Any, ...]

COLUMNS = {
    "unit": "id code name kind parent_id path valid_from valid_to ended name_folded sort_key basis version",
    "succession": "id old_id new_id kind is_default proposed effective basis",
    "person": "id username name name_folded sort_key title phone email home_unit_id password_hash password_set_at"
    " must_change_password active demo version",
    "grant": "id person_id role unit_id since version",
    "plan": "id kind year title number issued_on issuing_unit_id note illustrative copied folded version",
    "team": "id plan_id name decision_number decision_on version",
    "team_member": "id team_id person_id role since until",
    "target": "id plan_id unit_id team_id month since begun_on removed_why",
    "visit": "id plan_id target_id unit_id unit_name team_id state entry arranged_on planned_on day scope theme manner"
    " trigger follow_up planned_at place present absent opinion remark strengths causes basis proposals began_at"
    " ended_at began_on reported_on ended_on ended_why created_at version checklist_id",
    "answer": "id visit_id item_id result observed_at note",
    "conclusion": "id visit_id number dated_on signer issued_at issuer_id",
    "finding": "id code text title required required_title unit_name deadline_n deadline_unit counted_from recorded_on"
    " recorder_id follower_id undertaking undertaking_by doer progress_note item_id disputed_from rounds moved_on"
    " folded version state issued_on baseline deadline in_time submitted_on resolved_on days_late days_taken plan_id"
    " visit_id team_id unit_id responsible_unit_id area_code repeats_id",
    "recheck": "id visit_id finding_id outcome note relapse_id version",
    "span": "id finding_id since until at action area_code baseline days_late days_taken deadline in_time issued_on"
    " plan_id resolved_on responsible_unit_id state submitted_on team_id unit_id visit_id",
    "custody": "id finding_id unit_id since decision_number decision_on note",
    "submission": "id finding_id round statement letter_number letter_on sender_id sender_name sent_on sent_at"
    " opened_at verdict judge_id judge_name judged_on judged_at method note deadline_then days_late",
    "evidence": "id side finding_id submission_id sha256 size media_type name claimed_on received_at uploader_id",
    "extension": "id finding_id asker_id asked_on wanted reason letter_number letter_on granted decider_id decided_on"
    " note old_deadline new_deadline",
    "message": "id finding_id from_unit unanswered author_id author_name text sent_at",
    "notice": "id recipient_id rule_code subject_table subject_id occurrence words made_at read_at to_mail",
    "series": "year last",
    "task_plan": "id kind year title number issued_on issuing_unit_id note illustrative folded version",
    "task": "id code text title product source_number source_on source_item unit_name given_on giver_id progress_note"
    " progress_on rounds moved_on folded version plan_id unit_id state baseline due_on in_time reported_on done_on"
    " days_late",
    "task_span": "id task_id since until at action plan_id unit_id state baseline due_on in_time reported_on done_on"
    " days_late",
    "task_unit": "task_id unit_id",
    "task_report": "id task_id round statement letter_number letter_on sender_id sender_name sent_on sent_at due_then"
    " verdict judge_id judge_name judged_on judged_at note",
    "task_file": "id task_id report_id sha256 size media_type name claimed_on received_at uploader_id",
    "task_series": "year last",
    "event": "seq on at actor_id actor_name role address request_id action subject_table subject_id payload prev_hash"
    " hash",
}
"""Table -> the columns that are filled; the others are empty, or filled by what keeps them (`derived`)."""


class Batch:
    """Rows that wait to be written, by table."""

    def __init__(self) -> None:
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, row: Row) -> None:
        self.rows[table].append(row)


class Load:
    """A database under way. Afterwards it knows how many rows were written, and how long the driver alone took."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rows: defaultdict[str, int] = defaultdict(int)
        self.writing = 0.0
        """Seconds inside COPY or executemany: what a bare load of the same rows takes."""
        self.indexing = 0.0
        self._connection = engine.raw_connection()
        self._driver: Any = self._connection.driver_connection
        self._copies = engine.dialect.name == "postgresql"
        self._aside: list[str] = []

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
        cursor = self._driver.cursor()
        for statement in self._put_aside(cursor):
            cursor.execute(statement)
        self._driver.commit()
        yield
        began = time.perf_counter()
        if self._copies:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in self._aside:
            cursor.execute(statement)
            self._driver.commit()
        self.indexing += time.perf_counter() - began

    def _put_aside(self, cursor: Any) -> Iterable[str]:
        if not self._copies:
            for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -524288", "temp_store = MEMORY"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
            found = [row for row in cursor.fetchall() if row[1] in COLUMNS]
            self._aside = [sql for _name, _table, sql in found]
            return [f'DROP INDEX "{name}"' for name, _table, _sql in found]
        tables = list(COLUMNS)
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
        )
        keys = [row for row in cursor.fetchall() if row[0].strip('"') in tables]
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE schemaname = 'public' AND tablename = ANY(%s)"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
            (tables,),
        )
        indexes = cursor.fetchall()
        self._aside = [definition for _name, definition in indexes]
        self._aside += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in keys]
        return [
            *(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _rule in keys),
            *(f'DROP INDEX "{name}"' for name, _definition in indexes),
        ]

    def finish(self) -> None:
        """Numbers go on after the last row, and the planner learns what is there."""
        began = time.perf_counter()
        cursor = self._driver.cursor()
        if self._copies:
            cursor.execute(
                "SELECT c.table_name, c.column_name FROM information_schema.columns c WHERE table_schema = 'public'"
                " AND pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) IS NOT NULL"
            )
            for table, column in cursor.fetchall():
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'),"
                    f' (SELECT max("{column}") FROM "{table}"))'
                )
            self._driver.commit()
            self._driver.autocommit = True
            cursor.execute("VACUUM (ANALYZE)")
            self._driver.autocommit = False
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for pragma in ("synchronous = FULL", "cache_size = -65536", "foreign_keys = ON"):
                cursor.execute(f"PRAGMA {pragma}")
        self.indexing += time.perf_counter() - began
        self._connection.close()
