"""Two nodes and a worker on one PostgreSQL: each request may meet another one, and one of them may go."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.staging import Staged
from inspect_app.findings.models import Evidence
from inspect_app.upkeep.views import refusals
from tests.faults.checking import faults
from tests.faults.installation import AUDIT, HOST, SECRET, Caller, Server, build, free_port, until
from tests.faults.load import Load, found
from tests.support.program import program, settings

HERE = Path(__file__).parent / "store"
KEY = "S3RVER"


@dataclass
class Balancer:
    """Gives each request to the next node that stands."""

    nodes: list[Server]
    turn: Iterator[int] = field(default_factory=count)

    @property
    def address(self) -> str:
        standing = [node for node in self.nodes if node.process and node.process.poll() is None]
        return standing[next(self.turn) % len(standing)].address


@contextmanager
def store(folder: Path) -> Iterator[dict[str, str]]:
    """The settings of an S3 server, installed into `folder` as its lock says, that keeps files there."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    port = free_port()
    told = [f"--directory={folder / 'data'}", f"--address={HOST}", f"--port={port}", "--silent"]
    (folder / "data").mkdir()
    command = ["node", "node_modules/s3rver/bin/s3rver.js", *told, "--configure-bucket", "so-kiem-tra"]
    with subprocess.Popen(command, cwd=folder) as started:
        try:
            until(lambda: _listens(port), about="a store that listens")
            access = {"S3_ENDPOINT": f"http://{HOST}:{port}", "S3_ACCESS_KEY": KEY, "S3_SECRET_KEY": KEY}
            yield {"EVIDENCE_STORE": "s3://so-kiem-tra/tinh", **access}
        finally:
            started.kill()


def _listens(port: int) -> bool:
    with closing(socket.socket()) as line:
        return line.connect_ex((HOST, port)) == 0


@contextmanager
def shared(folder: Path) -> Iterator[dict[str, str]]:
    folder.mkdir()
    yield {"EVIDENCE_STORE": str(folder)}


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("npm"), reason="the store runs on Node.js")
@pytest.mark.parametrize("kind", [store, shared], ids=["an S3 store", "a shared folder"])
def test_whatever_begins_at_one_node_goes_on_at_the_other_and_nothing_is_lost_with_one(kind, yard, tmp_path):
    url = yard.cluster(tmp_path / "postgresql").database("nodes")
    with kind(tmp_path / "store") as where:
        world = build(url, tmp_path / "first", officers=5, **where)
        nodes = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            nodes.append(yard.server(url, tmp_path / name, kind="gunicorn", environment=where))
        app = program(settings(url, tmp_path / "looking", SECRET_KEY=SECRET, AUDIT_KEY=AUDIT, **where))
        with app.app_context():
            begun_at_one_ended_at_the_other(nodes, world.officers[0], world.findings[0])
            counted_together(nodes, world.officers[1], world.findings[0])
            with worker(url, tmp_path / "worker", where):
                made_elsewhere(nodes, world.reviewer)
            balancer = Balancer(nodes)
            # The second one is locked now, and the first one's finding waits for whoever verifies it.
            world.officers, world.findings = world.officers[2:], world.findings[2:]
            with Load(balancer, world) as load:
                for disturb in (nodes[0].kill, nodes[0].start, nodes[1].kill, nodes[1].start):
                    enough = load.acknowledged + 10
                    until(lambda enough=enough: load.acknowledged > enough, about="people who write")
                    disturb()
            there, wrong = found(app.extensions["storage"]), faults(app) - world.faults
            db.session.remove()
            db.engine.dispose()
    print(there.summary(load))
    assert load.messages.acknowledged <= there.messages
    assert load.files.acknowledged <= there.files
    assert (load.odd, there.twice, there.lost, wrong) == ([], 0, [], set())


def begun_at_one_ended_at_the_other(nodes: list[Server], officer: str, finding: int) -> None:
    """A session, a form, and a file that was sent ahead of it."""
    caller = Caller(nodes[0]).sign_in(officer)
    content = b"%PDF-1.4\ngui truoc"
    page = f"/findings/{finding}"
    sent = caller.post("/uploads", files={"file": ("anh.pdf", content, "application/pdf")}, page=page)
    assert sent.status == 201, sent.text
    number = db.session.scalars(select(Staged.id)).one()
    form = re.search(rf'<form[^>]*action="{page}/submit".*?</form>', caller.get(page).text, re.S)
    assert form
    told = {**caller.hidden(form[0]), "statement": "Đã niêm yết.", "files": str(number)}
    caller.server = nodes[1]
    assert caller.get(page).status == 200
    answer = caller.session.post(f"{nodes[1].address}{page}/submit", data=told, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    file = db.session.scalars(select(Evidence).order_by(Evidence.id.desc())).first()
    assert file is not None
    caller.server = nodes[0]
    assert caller.session.get(f"{nodes[0].address}/evidence/{file.id}").content == content
    db.session.rollback()


def counted_together(nodes: list[Server], officer: str, others: int) -> None:
    """Wrong passwords, and what somebody asks for that is not theirs."""
    signed_in = Caller(nodes[0]).sign_in(officer)
    for turn in range(refusals.MOST + 6):
        signed_in.server = nodes[turn % 2]
        assert signed_in.get(f"/findings/{others}").status == 404
    noted = select(func.count()).where(Event.action == refusals.ACTION)
    assert db.session.scalar(noted) == refusals.MOST
    guess = Caller(nodes[0])
    guess.fetch_token("/login")
    for turn in range(5):
        guess.server = nodes[turn % 2]
        answer = guess.post("/login", username=officer, password="sai")
    for node in nodes:
        guess.server = node
        answer = guess.post("/login", username=officer, password="sai")
        assert "Đã nhập sai 5 lần" in answer.text
    db.session.rollback()


@contextmanager
def worker(url: str, folder: Path, where: dict[str, str]) -> Iterator[None]:
    folder.mkdir()
    told = {"INSTANCE_PATH": str(folder), "DATABASE_URL": url, "SECRET_KEY": SECRET, "AUDIT_KEY": AUDIT, **where}
    words = [sys.executable, "-m", "flask", "--app", "inspect_app", "worker"]
    with subprocess.Popen(words, env={**os.environ, **told}) as process:
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(timeout=60) == 0


def made_elsewhere(nodes: list[Server], reviewer: str) -> None:
    """A list that is asked for at one node, made by a worker, and fetched at the other."""
    caller = Caller(nodes[0]).sign_in(reviewer)
    asked = caller.post("/exports/ask/findings.csv", once=secrets.token_urlsafe(24))
    assert asked.status == 303, asked.text
    caller.server = nodes[1]
    until(lambda: caller.get("/exports/1/file").status == 200, within=400, about="a file made by a worker")
    assert "HC-" in caller.get("/exports/1/file").text
