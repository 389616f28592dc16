"""People who go on writing whatever happens, and remember what was acknowledged to them."""

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, field
from threading import Event, Thread

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.core.storage import Storage
from inspect_app.core.storage.folder import Folder
from inspect_app.findings.models import Evidence, Message
from tests.faults.installation import PAUSE, Answering, Away, Caller, World

TYPES = "application/pdf"


@dataclass
class Account:
    """What one person tried, and what became of it."""

    tried: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    slowest: float = 0

    def add(self, other: "Account") -> None:
        self.tried |= other.tried
        self.acknowledged |= other.acknowledged
        self.answers += other.answers
        self.slowest = max(self.slowest, other.slowest)


class Load:
    """All but one of the officers write messages; the last sends evidence and takes it back, again and again."""

    def __init__(self, server: Answering, world: World) -> None:
        self.server, self.world = server, world
        self.over = Event()
        self.messages, self.files = Account(), Account()
        self.odd: list[str] = []
        pairs = list(zip(world.officers, world.findings, strict=True))
        callers = [(Caller(server).sign_in(name), number) for name, number in pairs]
        self.accounts = [Account() for _ in callers]
        self.threads = [
            Thread(target=self._send if last else self._write, args=(caller, number, account), daemon=True)
            for (caller, number), account, last in zip(
                callers, self.accounts, [False] * (len(callers) - 1) + [True], strict=True
            )
        ]

    @property
    def answered(self) -> int:
        """How often anybody was answered so far."""
        return sum(account.answers.total() for account in self.accounts)

    @property
    def acknowledged(self) -> int:
        """How many writes so far."""
        return sum(len(account.acknowledged) for account in self.accounts)

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()
        for account in self.accounts[:-1]:
            self.messages.add(account)
        self.files.add(self.accounts[-1])

    def _write(self, caller: Caller, finding: int, account: Account) -> None:
        while not self.over.is_set():
            text = f"Câu hỏi {secrets.token_hex(12)}"
            account.tried.add(text)
            try:
                answer = caller.message(finding, text)
            except Away:
                PAUSE.wait(0.1)
                continue
            account.answers[answer.status] += 1
            account.slowest = max(account.slowest, answer.took)
            if answer.status == 303:
                account.acknowledged.add(text)
            elif answer.status != 503:
                self.odd.append(answer.text)

    def _send(self, caller: Caller, finding: int, account: Account) -> None:
        while not self.over.is_set():
            content = b"%PDF-1.4\n" + secrets.token_bytes(60_000)
            digest = hashlib.sha256(content).hexdigest()
            account.tried.add(digest)
            try:
                page = caller.get(f"/findings/{finding}")
                if page.status != 200:
                    account.answers[page.status] += 1
                    if page.status != 503:
                        self.odd.append(page.text)
                    continue
                if "/recall" in page.text:
                    caller.move(finding, "recall")
                    continue
                answer = caller.move(
                    finding, "submit", statement="Đã làm xong.", files={"files": ("anh.pdf", content, TYPES)}
                )
            except (Away, AssertionError):  # the page may have come back without its form
                PAUSE.wait(0.1)
                continue
            account.answers[answer.status] += 1
            account.slowest = max(account.slowest, answer.took)
            if answer.status == 303:
                account.acknowledged.add(digest)
            elif answer.status not in (409, 503):
                self.odd.append(answer.text)


@dataclass
class Found:
    """What the database and the folder hold afterwards."""

    messages: set[str]
    twice: int
    """Messages that stand there more than once."""
    files: set[str]
    lost: list[str]
    """Files that a row names and that are not there, or hold something else."""
    orphans: list[str]
    """Files that no row names."""

    def summary(self, load: Load) -> str:
        tried = len(load.messages.tried) + len(load.files.tried)
        acknowledged = len(load.messages.acknowledged) + len(load.files.acknowledged)
        missing = len(load.messages.acknowledged - self.messages) + len(load.files.acknowledged - self.files)
        beyond = (self.messages & load.messages.tried) - load.messages.acknowledged
        beyond |= (self.files & load.files.tried) - load.files.acknowledged
        return (
            f"writes tried {tried}, acknowledged {acknowledged}, of these missing {missing}, "
            f"not acknowledged but there {len(beyond)}, written twice {self.twice}, "
            f"files lost {len(self.lost)}, files without rows {len(self.orphans)}"
        )


def found(storage: Storage) -> Found:
    """Within an app context. In a folder what was half written counts as nobody's, too."""
    texts = db.session.scalars(select(Message.text)).all()
    named = set(db.session.scalars(select(Evidence.sha256)))
    db.session.rollback()
    there = set(storage.contents())
    lost = [digest for digest in named if digest not in there or storage.digest(digest) != digest]
    every = (path.name for path in storage.files()) if isinstance(storage, Folder) else there
    orphans = [name for name in every if name not in named]
    return Found(set(texts), len(texts) - len(set(texts)), named, lost, orphans)
