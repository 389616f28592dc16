"""A disk that is full or only reads, and a database that somebody holds: reading goes on, nothing is half-written."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from inspect_app.core import outage
from inspect_app.core.connections import sqlite_driver
from inspect_app.core.db import db
from inspect_app.findings.models import Evidence, Message
from tests.faults.checking import faults
from tests.faults.installation import AUDIT, PAUSE, SECRET, Caller, build, until
from tests.faults.load import Load, found
from tests.faults.site import Site, enter, populate
from tests.support import copies
from tests.support.program import program, settings

MEGABYTES = 48
TYPED = "Xin hỏi bảng niêm yết phải treo ở đâu."


@contextmanager
def mounted(folder: Path, *words: str) -> Iterator[Path]:
    """A file system of our own there, or none: the test is skipped where nobody may mount."""
    if os.geteuid() or subprocess.run(["mount", *words, str(folder)], capture_output=True).returncode:
        pytest.skip("mounting a small disk takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not one byte more."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            while True:
                try:
                    file.write(b"\0" * size)
                except OSError:
                    break
    try:
        yield
    finally:
        ballast.unlink()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with mounted(tmp_path_factory.mktemp("disk"), "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs") as folder:
        yield folder


@pytest.fixture(scope="module")
def site(disk: Path, whole_run: Path) -> Iterator[Site]:
    """On SQLite, the database and the files of evidence on a small disk."""
    with copies.copy("empty", "sqlite", disk, once=whole_run) as app:
        token, page = populate(app)
        yield Site(enter(app, token), page)


def kept(site: Site) -> tuple[int, int]:
    """Messages and files of evidence; that nothing is broken or left half-written goes without saying."""
    app = site.client.application
    with app.app_context():
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert not [path for path in app.extensions["storage"].files() if path.name.startswith("in-")]
        counts = (func.count(column) for column in (Message.id, Evidence.id))
        messages, files = (db.session.scalar(select(count)) or 0 for count in counts)
        return messages, files


def test_who_holds_the_database_for_too_long_keeps_others_from_writing_not_from_reading(site, monkeypatch):
    monkeypatch.setattr(outage, "IN_A_REQUEST", 0.3)
    path = site.client.application.config["DATABASE_URL"].removeprefix("sqlite:///")
    before = kept(site)
    with closing(sqlite_driver().connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert site.get() == 200
        refused = site.write(TYPED)
        other.execute("ROLLBACK")
    assert refused.status_code == 503
    assert TYPED in refused.text
    assert kept(site) == before
    assert site.write(TYPED).status_code == 303


def test_while_files_can_only_be_read_none_is_taken_and_all_else_goes_on(site):
    folder = site.client.application.extensions["storage"].root
    folder.mkdir(exist_ok=True)
    messages, files = kept(site)
    with read_only(folder):
        assert site.get() == 200
        refused = site.submit(TYPED)
        assert refused.status_code == 503
        assert TYPED in refused.text
        assert "Tệp đính kèm phải chọn lại" in refused.text
        assert site.write(TYPED).status_code == 303
    assert kept(site) == (messages + 1, files)


def test_on_a_full_disk_people_read_and_writing_goes_on_by_itself_once_there_is_room(site, disk):
    messages, files = kept(site)
    with full(disk):
        wrote = 0
        while (answer := site.write(f"{wrote} {TYPED * 50}")).status_code == 303:
            wrote += 1  # as long as the journal has room of its own
            assert wrote < 5000
        assert answer.status_code == 503
        assert TYPED in answer.text
        assert site.submit(TYPED, 400_000).status_code == 503
        assert site.get() == 200
    assert kept(site) == (messages + wrote, files)
    assert site.submit(TYPED, 400_000).status_code == 303
    assert kept(site) == (messages + wrote, files + 1)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_disk_that_fills_up_under_load_loses_nothing(kind, yard, tmp_path):
    size = "64m" if kind == "sqlite" else "220m"
    (tmp_path / "disk").mkdir()
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", f"size={size}", "tmpfs") as folder:
        cluster = None
        url = f"sqlite:///{folder / 'full.sqlite'}"
        if kind == "postgresql":
            cluster = yard.cluster(folder / "postgresql")
            url = cluster.database("full")
        world = build(url, folder, officers=5)
        server = yard.server(url, folder)
        reader = Caller(server).sign_in(world.reviewer)
        try:
            with Load(server, world) as load:
                for number in (1, 2):
                    PAUSE.wait(3)
                    with full(folder):
                        PAUSE.wait(6)
                        answer = until(lambda: reader.get("/findings/").status == 200, within=15)
                        print(f"{kind}: full for the {number}. time, read within {answer:.1f} s")
                    before = load.acknowledged
                    healed = until(lambda before=before: load.acknowledged > before)
                    print(f"{kind}: written again {healed:.1f} s after there was room")
        finally:
            server.stop()
        app = program(settings(url, folder, SECRET_KEY=SECRET, AUDIT_KEY=AUDIT))
        with app.app_context():
            there, wrong = found(app.extensions["storage"]), faults(app) - world.faults
            db.session.remove()
            db.engine.dispose()
        if cluster:
            cluster.stop("immediate")
        print(f"{kind}: {there.summary(load)}; answers {dict(load.messages.answers + load.files.answers)}")
        assert load.messages.acknowledged <= there.messages
        assert load.files.acknowledged <= there.files
        assert (load.odd, there.twice, there.lost, wrong) == ([], 0, [], set())
        assert load.messages.answers[503] > 0
