"""Whether the rows could have come about by the services: plain queries, each of which finds what could not.

The database itself holds keys, CHECKs and uniqueness; here stands what only services hold.
"""

from flask import Flask
from sqlalchemy import Connection, text

from inspect_app.core import clock
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.upkeep.services.proof import verify

LOG_UP_TO = 20_000
"""Findings up to which the whole log is followed and every record recounted from it: it takes 3 ms each."""

WRONG = {
    "a span that does not begin where the one before ends": """
        SELECT count(*) FROM (SELECT since, lag(until) OVER (PARTITION BY finding_id ORDER BY id) AS before FROM span) s
        WHERE before <> since""",
    "a finding without exactly one span for today": """
        SELECT (SELECT count(*) FROM finding) - (SELECT count(DISTINCT finding_id) FROM span WHERE until = '9999-12-31')
        + (SELECT count(*) FROM span WHERE until = '9999-12-31') - (SELECT count(*) FROM finding)""",
    "a span of today that says something else than its finding": """
        SELECT count(*) FROM finding f JOIN span s ON s.finding_id = f.id AND s.until = '9999-12-31'
        WHERE f.state <> s.state OR f.responsible_unit_id <> s.responsible_unit_id OR f.in_time <> s.in_time
        OR coalesce(f.deadline, '2000-01-01') <> coalesce(s.deadline, '2000-01-01') OR f.moved_on <> s.since
        OR coalesce(f.resolved_on, '2000-01-01') <> coalesce(s.resolved_on, '2000-01-01')""",
    "a finding resolved, submitted or moved after today": """
        SELECT count(*) FROM finding WHERE moved_on > :today OR resolved_on > :today OR submitted_on > :today""",
    "a finding whose days are not in order": """
        SELECT count(*) FROM finding WHERE issued_on < recorded_on OR deadline < baseline OR baseline <= issued_on
        OR resolved_on < submitted_on OR submitted_on < issued_on OR moved_on < recorded_on""",
    "a resolved finding without its figures": """
        SELECT count(*) FROM finding WHERE state = 'resolved' AND (days_late IS NULL OR days_taken IS NULL
        OR submitted_on IS NULL)""",
    "a finding with other rounds than submissions": """
        SELECT count(*) FROM finding f WHERE rounds <> (SELECT count(*) FROM submission s WHERE s.finding_id = f.id)""",
    "a submitted finding without one that waits, or one that waits without": """
        SELECT (SELECT count(*) FROM finding WHERE state = 'submitted')
        - (SELECT count(*) FROM submission WHERE verdict IS NULL)""",
    "a resolved finding that was not accepted last": """
        SELECT count(*) FROM finding f LEFT JOIN submission s ON s.finding_id = f.id AND s.round = f.rounds
        WHERE f.state = 'resolved' AND (s.verdict IS NULL OR s.verdict <> 'accepted')""",
    "an issued finding without custody, or with another's": """
        SELECT count(*) FROM finding f WHERE f.state <> 'recorded' AND f.responsible_unit_id <> coalesce((
        SELECT unit_id FROM custody c WHERE c.finding_id = f.id ORDER BY c.id DESC LIMIT 1), 0)""",
    "a finding issued without a conclusion, or before it": """
        SELECT count(*) FROM finding f LEFT JOIN conclusion c ON c.visit_id = f.visit_id
        WHERE (f.issued_on IS NULL) <> (c.id IS NULL) OR f.issued_on <> c.dated_on""",
    "a conclusion that issued nothing": """
        SELECT count(*) FROM conclusion c
        WHERE NOT EXISTS (SELECT 1 FROM finding f WHERE f.visit_id = c.visit_id AND f.state <> 'recorded')""",
    "a finding of another plan, unit or team than its visit": """
        SELECT count(*) FROM finding f JOIN visit v ON v.id = f.visit_id WHERE f.plan_id <> v.plan_id
        OR f.unit_id <> v.unit_id OR coalesce(f.team_id, 0) <> coalesce(v.team_id, 0)""",
    "a visit that says found without findings, or not with some": """
        SELECT count(*) FROM visit v WHERE (v.entry = 'found')
        <> EXISTS (SELECT 1 FROM finding f WHERE f.visit_id = v.id)""",
    "a task without exactly one span for today, or one that says something else": """
        SELECT (SELECT count(*) FROM task) - count(*) + count(*) FILTER (WHERE t.state <> s.state
        OR t.unit_id <> s.unit_id OR coalesce(t.due_on, '2000-01-01') <> coalesce(s.due_on, '2000-01-01')
        OR t.moved_on <> s.since OR coalesce(t.done_on, '2000-01-01') <> coalesce(s.done_on, '2000-01-01'))
        FROM task t JOIN task_span s ON s.task_id = t.id AND s.until = '9999-12-31'""",
    "a task whose days are not in order, or done without its figures": """
        SELECT count(*) FROM task WHERE moved_on > :today OR due_on < given_on OR moved_on < given_on
        OR done_on < reported_on OR (state = 'done' AND reported_on IS NULL)
        OR (state = 'done' AND (days_late IS NULL) <> (due_on IS NULL))""",
    "a task with other rounds than reports": """
        SELECT count(*) FROM task t WHERE rounds <> (SELECT count(*) FROM task_report r WHERE r.task_id = t.id)""",
    "a number of a task beyond its series": """
        SELECT count(*) FROM task_series s JOIN (SELECT p.year, count(*) AS many FROM task t JOIN task_plan p
        ON p.id = t.plan_id GROUP BY p.year) t ON t.year = s.year WHERE t.many <> s.last""",
    "an answer of a visit that fixed no checklist": """
        SELECT count(*) FROM answer a JOIN visit v ON v.id = a.visit_id WHERE v.checklist_id IS NULL""",
    "a follow-up with a target, another visit without, or one to where nothing had been issued": """
        SELECT count(*) FROM visit v WHERE follow_up <> (target_id IS NULL) OR (follow_up AND NOT EXISTS (SELECT 1
        FROM finding f WHERE f.unit_id = v.unit_id AND f.issued_on <= v.arranged_on))""",
    "a recheck of something that the follow-up could not see so": """
        SELECT count(*) FROM recheck r JOIN visit v ON v.id = r.visit_id JOIN finding f ON f.id = r.finding_id
        JOIN span s ON s.finding_id = f.id AND s.since <= v.began_on AND s.until > v.began_on
        LEFT JOIN finding n ON n.id = r.relapse_id WHERE NOT v.follow_up OR v.unit_id <> f.unit_id
        OR s.state IN ('recorded', 'withdrawn') OR (s.state = 'resolved') = (r.outcome = 'unfinished')
        OR (n.id IS NOT NULL AND (n.repeats_id <> f.id OR n.visit_id <> v.id))""",
    "a target begun on another day than its visit": """
        SELECT count(*) FROM target t JOIN visit v ON v.target_id = t.id WHERE v.state <> 'cancelled'
        AND coalesce(t.begun_on, '2000-01-01') <> coalesce(v.began_on, '2000-01-01')""",
    "a finding given to somebody who does not answer for its unit": """
        SELECT count(*) FROM finding f JOIN unit u ON u.id = f.responsible_unit_id AND NOT u.ended
        WHERE assignee_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "grant" g
        WHERE g.person_id = f.assignee_id AND g.role = 'officer' AND g.unit_id = u.id)""",
    "a finding followed by somebody outside its team": """
        SELECT count(*) FROM finding f WHERE team_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM team_member m
        WHERE m.team_id = f.team_id AND m.person_id = f.follower_id)""",
    "a unit urged about what it was not late with": """
        SELECT count(*) FROM urging u CROSS JOIN {each} LEFT JOIN span s ON s.finding_id = CAST(one.value AS INTEGER)
        AND s.since <= u.taken_on AND s.until > u.taken_on WHERE s.id IS NULL OR s.plan_id <> u.plan_id
        OR s.responsible_unit_id <> u.unit_id OR s.deadline >= u.taken_on OR s.in_time
        OR s.state NOT IN ('open', 'in_progress', 'submitted', 'returned', 'disputed')""",
    "a unit urged about nothing, or after today": """
        SELECT count(*) FROM urging WHERE CAST(finding_ids AS VARCHAR) = '[]' OR taken_on > :today""",
    "a letter before the step that comes before it": """
        SELECT count(*) FROM (SELECT level, taken_on, lag(level) OVER steps AS before,
        lag(taken_on) OVER steps AS earlier FROM urging
        WINDOW steps AS (PARTITION BY plan_id, unit_id ORDER BY id)) u WHERE earlier >= taken_on
        OR (level = 'letter_1' AND coalesce(before, '') <> 'reminder')
        OR (level = 'letter_2' AND coalesce(before, '') <> 'letter_1')
        OR (level = 'chairman' AND coalesce(before, '') <> 'letter_2')""",
    "a number of what is no letter, or without its day": """
        SELECT count(*) FROM urging WHERE (number = '') <> (dated_on IS NULL) OR (level = 'reminder' AND number <> '')
        OR dated_on < taken_on""",
    "a step of urging that the log does not tell of": """
        SELECT (SELECT count(*) FROM urging) - (SELECT count(*) FROM event WHERE action = 'urging:take')""",
    "a sheet of more findings than were written down meanwhile": """
        SELECT count(*) FROM brought b WHERE done_at < received_at OR added > (SELECT count(*) FROM event e
        WHERE e.actor_id = b.person_id AND e.at BETWEEN b.received_at AND b.done_at AND e.action = 'finding:record')""",
    "a sheet written down that the log does not tell of": """
        SELECT (SELECT count(*) FROM brought WHERE done_at IS NOT NULL)
        - (SELECT count(*) FROM event WHERE action = 'brought:write_down')""",
    "a unit that is not under its parent": """
        SELECT count(*) FROM unit u JOIN unit p ON p.id = u.parent_id
        WHERE u.path <> p.path || CAST(u.id AS VARCHAR) || '/'""",
    "a number beyond its series": """
        SELECT count(*) FROM series s JOIN (SELECT p.year, count(*) AS many FROM finding f JOIN plan p
        ON p.id = f.plan_id GROUP BY p.year) f ON f.year = s.year WHERE f.many <> s.last""",
    "a gap in the log": "SELECT count(*) - max(seq) FROM event",
    "a finding whose words are not kept": """
        SELECT (SELECT count(*) FROM finding) - (SELECT count(*) FROM finding_words)""",
    "a task whose words are not kept": """
        SELECT (SELECT count(*) FROM task) - (SELECT count(*) FROM task_words)""",
    "a finding that the log does not tell of": """
        SELECT (SELECT count(*) FROM finding)
        - (SELECT count(*) FROM event WHERE action = 'finding:record' AND subject_table = 'finding')""",
}


EACH = {"sqlite": "json_each(u.finding_ids) one", "postgresql": "json_array_elements_text(u.finding_ids) one(value)"}
"""A finding of a step of urging, as each database takes them out."""


def check(app: Flask, rows: dict[str, int], findings: int) -> None:
    """Raises AssertionError naming what could not have come about, and how often."""
    with reading(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
        wrong = {what: _found(connection, query, clock.today().isoformat()) for what, query in WRONG.items()}
        for table in ("finding", "span", "visit", "event"):
            there = connection.scalar(text(f'SELECT count(*) FROM "{table}"'))
            if table != "event" and there != rows[table]:
                wrong[f"{table}: {there} rows instead of {rows[table]}"] = 1
        if connection.scalar(text("SELECT count(*) FROM finding")) != findings:
            wrong["another number of findings"] = 1
        if connection.dialect.name == "sqlite" and (lost := connection.execute(text("PRAGMA foreign_key_check")).all()):
            wrong[f"references that lead nowhere, such as {lost[0]}"] = len(lost)
    faults = [f"{what}: {many}" for what, many in wrong.items() if many]
    if findings <= LOG_UP_TO:
        key = app.config["AUDIT_KEY"].encode() if "AUDIT_KEY" in app.config else b""
        proof = verify(db.engine, keys=[key], storage=app.extensions["storage"], everything=True)
        faults += [str(fault) for fault in proof.faults[:20]]
        counted = app.test_cli_runner().invoke(args=["recount", "--check"])
        faults += [counted.output] if counted.exit_code else []
    if faults:
        raise AssertionError("The filling is not what the services would have made:\n" + "\n".join(faults))


def _found(connection: Connection, query: str, today: str) -> int:
    query = query.replace("{each}", EACH[connection.dialect.name])
    if ":today" in query:
        return connection.scalar(text(query), {"today": today}) or 0
    return connection.scalar(text(query)) or 0
