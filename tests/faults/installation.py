"""A real installation for tests of trouble: servers as processes of their own, people who sign in over HTTP."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Protocol

import flask_migrate
import requests

from inspect_app.accounts.services import passwords
from inspect_app.core.db import db
from inspect_app.plans import services as plans
from tests.faults.checking import faults
from tests.support.make import PASSWORD, Make
from tests.support.program import program, settings

HOST = "127.0.0.1"
SECRET, AUDIT = "crash-tests-only-0123456789-secret-key", "crash-tests-only-0123456789-audit-keys"
PATIENCE = 90.0
"""Seconds for a server to start on a machine that is busy."""
PAUSE = Event()
"""Never set: `PAUSE.wait(0.05)` is a pause between two looks at another process."""


class Away(Exception):
    """Nobody answered, or the answer broke off: whether the deed was done is not known."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def until(true: Any, *, within: float = PATIENCE, about: str = "") -> float:
    """Wait for it; the seconds that it took. Fails the test after `within`."""
    began = monotonic()
    while not true():
        waited = monotonic() - began
        assert waited < within, f"not within {within:g} s: {about}"
        PAUSE.wait(0.05)
    return monotonic() - began


@dataclass
class World:
    """Officers with a finding each that their unit works on, all of one visit's team."""

    officers: list[str]
    findings: list[int]
    reviewer: str
    faults: set[str]
    """What the log does not tell of people who were made without being asked for."""


def build(url: str, folder: Path, *, officers: int, **chosen: str) -> World:
    """The schema, and people with something to do."""
    app = program(settings(url, folder, SECRET_KEY=SECRET, AUDIT_KEY=AUDIT, **chosen))
    with app.app_context():
        flask_migrate.upgrade()
        make, hashed = Make(db.session), passwords.hashed(PASSWORD)
        plans.load_areas()
        made = [make.finding("in_progress", unit=make.unit(f"Phường {n}")) for n in range(officers)]
        people = [make.officer(make.session.get_one(_unit(), finding.unit_id)) for finding in made]
        for person in (*people, make.reviewer):
            person.password_hash = hashed
        db.session.commit()
        names, numbers = [one.username for one in people], [one.id for one in made]
        world = World(names, numbers, make.reviewer.username, faults(app))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return world


def _unit() -> Any:
    from inspect_app.units.models import Unit

    return Unit


@dataclass
class Server:
    """One server of the program. `kind` is waitress or gunicorn."""

    url: str
    """Of its database."""
    folder: Path
    kind: str = "waitress"
    environment: dict[str, str] = field(default_factory=dict)
    wrapped: list[str] = field(default_factory=list)
    """Words before the command: a tracer."""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self, *, wait: bool = True) -> None:
        commands = {
            "waitress": ["-m", "flask", "--app", "inspect_app", "serve", "--port", str(self.port)],
            "gunicorn": [
                *("-m", "gunicorn", "--preload", "--workers", "2", "--worker-class", "sync", "--no-control-socket"),
                *("--bind", f"{HOST}:{self.port}", "--graceful-timeout", "10", "inspect_app:create_app()"),
            ],
        }
        environment = {
            **os.environ,
            "INSTANCE_PATH": str(self.folder),
            "DATABASE_URL": self.url,
            "SECRET_KEY": SECRET,
            "AUDIT_KEY": AUDIT,
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapped, sys.executable, *commands[self.kind]],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            until(self.answers, about=f"a server that answers; see {self.log}")

    def answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            return requests.get(f"{self.address}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def workers(self) -> list[int]:
        """Processes that answer for a gunicorn; the server itself otherwise."""
        assert self.process
        if self.kind == "waitress":
            return [self.process.pid]
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(one) for one in children.split()]

    def kill(self) -> None:
        """As a power cut ends it: at once, everything."""
        assert self.process
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_workers(self) -> int:
        """At once; a gunicorn starts new ones. How many were killed."""
        pids = self.workers()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def terminate(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Politely; its exit code."""
        assert self.process
        if self.process.poll() is None:
            self.terminate()
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@dataclass
class Answer:
    status: int
    text: str
    took: float
    """Seconds."""


class Answering(Protocol):
    """A server, or what stands before several."""

    @property
    def address(self) -> str: ...


class Caller:
    """Somebody's browser."""

    def __init__(self, server: Answering, *, timeout: float = 25) -> None:
        self.server = server
        self.timeout = timeout
        self.session = requests.Session()
        self.token = ""

    def sign_in(self, username: str) -> "Caller":
        self.fetch_token("/login")
        answer = self.post("/login", username=username, password=PASSWORD)
        assert answer.status == 303, answer.text[:500]
        self.fetch_token("/password")
        return self

    def fetch_token(self, path: str) -> None:
        self.token = self.hidden(self.get(path).text)["csrf_token"]

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, *, files: Any = None, **fields: str) -> Answer:
        """Without following where it leads."""
        return self._ask("POST", path, data={"csrf_token": self.token, **fields}, files=files)

    def message(self, finding_id: int, text: str, *, once: str = "") -> Answer:
        once = once or secrets.token_urlsafe(24)
        return self.post(f"/findings/{finding_id}/message", text=text, once=once, version="1")

    def move(self, finding_id: int, move: str, *, files: Any = None, **fields: str) -> Answer:
        """From its page, as it stands now."""
        page = self.get(f"/findings/{finding_id}").text
        form = re.search(rf'<form[^>]*action="/findings/{finding_id}/{move}".*?</form>', page, re.S)
        assert form, f"no form for {move}"
        return self.post(f"/findings/{finding_id}/{move}", files=files, **{**self.hidden(form[0]), **fields})

    @staticmethod
    def hidden(html: str) -> dict[str, str]:
        """What a form carries unseen."""
        inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", html)
        named = [(re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)) for one in inputs]
        return {name[1]: value[1] for name, value in named if name and value}

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        began = monotonic()
        try:
            answer = self.session.request(
                method, self.server.address + path, timeout=self.timeout, allow_redirects=False, **more
            )
            return Answer(answer.status_code, answer.text, monotonic() - began)
        except requests.RequestException as error:
            raise Away(str(error)) from None
