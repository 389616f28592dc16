"""Backups by the command, while people write to a real server; each comes back where a real server serves it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspect_app.core.db import db
from tests.faults.checking import faults
from tests.faults.installation import AUDIT, SECRET, Caller, build, until
from tests.faults.load import Load, found
from tests.support import postgres
from tests.support.program import program, settings

BACKUPS, OFFICERS, BETWEEN = 4, 5, 60
"""`BETWEEN`: answers that people get before the next backup begins."""


@pytest.fixture
def databases(database_kind):
    names: list[str] = []

    def make(folder: Path) -> str:
        """Of an empty one."""
        folder.mkdir()
        if database_kind == "sqlite":
            return f"sqlite:///{folder / 'test.sqlite'}"
        names.append(f"load_{os.getpid()}_{len(names)}")
        return postgres.create_database(os.environ[postgres.VARIABLE], names[-1])

    yield make
    for name in names:
        postgres.drop_database(os.environ[postgres.VARIABLE], name)


def operate(url: str, folder: Path, *command: str) -> str:
    environment = {"INSTANCE_PATH": str(folder), "DATABASE_URL": url, "SECRET_KEY": SECRET, "AUDIT_KEY": AUDIT}
    words = [sys.executable, "-m", "flask", "--app", "inspect_app", *command]
    ran = subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


@pytest.mark.long
def test_whatever_was_acknowledged_before_a_backup_began_is_in_it(databases, yard, tmp_path):
    folder = tmp_path / "original"
    url = databases(folder)
    world = build(url, folder, officers=OFFICERS)
    server = yard.server(url, folder, kind="gunicorn")
    moments = []
    try:
        with Load(server, world) as load:
            for number in range(BACKUPS):
                enough = load.answered + BETWEEN
                until(lambda enough=enough: load.answered > enough, about="people who write")
                before = [account.acknowledged.copy() for account in load.accounts]
                answered = load.answered
                said = operate(url, folder, "backup", str(tmp_path / f"{number}.tar"))
                assert "Backup: " in said, said
                moments.append((set().union(*before[:-1]), before[-1], load.answered - answered))
        assert load.odd == []
        for number, moment in enumerate(moments):
            there = tmp_path / f"restored{number}"
            comes_back(databases(there), there, tmp_path / f"{number}.tar", yard, world, moment, load.messages.tried)
    finally:
        server.stop()


def comes_back(url, folder, backup, yard, world, moment, tried):
    messages, files, meanwhile = moment
    said = operate(url, folder, "restore", str(backup))
    assert "Restored" in said, said
    told = {line.removeprefix("Fault: ") for line in said.splitlines() if line.startswith("Fault: ")}
    assert told <= world.faults, "people who were made without being asked for are all that the log does not tell of"
    app = program(settings(url, folder, SECRET_KEY=SECRET, AUDIT_KEY=AUDIT))
    with app.app_context():
        there = found(app.extensions["storage"])
        assert faults(app) <= world.faults
        db.engine.dispose()
    print(
        f"\n{backup.name}: {backup.stat().st_size >> 10} kB, {meanwhile} answers meanwhile; acknowledged before "
        f"{len(messages)} messages and {len(files)} files, in it {len(there.messages)} and {len(there.files)}"
    )
    assert messages <= there.messages <= tried
    assert files <= there.files
    assert (there.twice, there.lost, there.orphans) == (0, [], [])
    server = yard.server(url, folder)
    try:
        one = Caller(server).sign_in(world.officers[0])
        assert one.message(world.findings[0], "Sau khi khôi phục").status == 303
    finally:
        server.stop()
