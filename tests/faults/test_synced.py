"""What is acknowledged is on the disk, by the account of the system calls (Linux, strace)."""

import os
import re
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.faults.installation import Caller, build, until

CALLS = "trace=fsync,fdatasync,rename,renameat,renameat2"
SYNCED = re.compile(r"(fsync|fdatasync)\(\d+<([^>]*)>")
pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def _strace() -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt-get install strace")


def synced(trace: Path) -> list[str]:
    """What was synced so far, in order."""
    return [found[2] for found in map(SYNCED.search, trace.read_text().splitlines()) if found]


def test_on_sqlite_each_commit_and_each_file_before_it_reaches_the_disk(yard, tmp_path):
    url, trace = f"sqlite:///{tmp_path / 'sync.sqlite'}", tmp_path / "trace"
    world = build(url, tmp_path, officers=1)
    server = yard.server(url, tmp_path, wrapped=["strace", "-f", "-y", "-o", str(trace), "-e", CALLS])
    caller, (finding,) = Caller(server).sign_in(world.officers[0]), world.findings
    commits = []
    for number in range(20):
        before = len(synced(trace))
        assert caller.message(finding, f"Câu hỏi {number}").status == 303
        commits.append(sum("sync.sqlite" in path for path in synced(trace)[before:]))
    print(f"20 acknowledged commits, syncs of the journal or the database for each: {commits}")
    assert min(commits) >= 1

    begun = len(trace.read_text().splitlines())
    content = b"%PDF-1.4\n" + secrets.token_bytes(90_000)
    sent = caller.move(finding, "submit", statement="Đã làm.", files={"files": ("a.pdf", content, "application/pdf")})
    assert sent.status == 303
    steps = trace.read_text().splitlines()[begun:]
    kept = [number for number, step in enumerate(steps) if "rename" in step and "/evidence/" in step]
    assert kept, "no file was put in its place"
    (renamed,) = kept[-1:]
    before, after = steps[:renamed], steps[renamed + 1 :]
    assert any("fsync" in step and "/evidence/in-" in step for step in before)
    folder = next(number for number, step in enumerate(after) if "fsync" in step and "/evidence/" in step)
    assert any("sync.sqlite" in step and "sync(" in step for step in after[folder + 1 :])


def test_on_postgresql_each_commit_reaches_the_disk(yard, tmp_path):
    cluster, trace = yard.cluster(tmp_path / "postgresql"), tmp_path / "trace"
    url = cluster.database("sync")
    world = build(url, tmp_path, officers=1)
    leader = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    words = ["strace", "-f", "-y", "-o", str(trace), "-e", CALLS, "-p", str(leader)]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as tracer:
        until(trace.exists, about="a tracer")
        server = yard.server(url, tmp_path)
        caller, (finding,) = Caller(server).sign_in(world.officers[0]), world.findings
        commits = []
        for number in range(20):
            before = len(synced(trace))
            assert caller.message(finding, f"Câu hỏi {number}").status == 303
            commits.append(sum("/pg_wal/" in path for path in synced(trace)[before:]))
        os.kill(tracer.pid, signal.SIGTERM)
    print(f"20 acknowledged commits, syncs of the write-ahead log for each: {commits}")
    assert min(commits) >= 1
