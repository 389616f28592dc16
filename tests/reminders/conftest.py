"""A mail server of our own that does as it is told, and people who want mail."""

import os
import signal
import socket
from collections import deque
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.reminders.models import Mail

ADDRESS = "cchc@cantho.example"


class Office:
    """Takes mails, and answers what it was told to answer; then 250."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.to_recipients: deque[str] = deque()
        self.to_contents: deque[str] = deque()
        self.on_mail: Callable[[], object] = lambda: None
        self.kills_at = ""
        """`DATA` or `QUIT`: then the sender is killed, the first time."""
        self.sender_pid = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.to_recipients:
            return self.to_recipients.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self._kills("DATA"):
            return "451 Nobody is listening"
        if self.to_contents:
            return self.to_contents.popleft()
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        self.on_mail()
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self._kills("QUIT")
        return "221 Bye"

    def _kills(self, moment: str) -> bool:
        if self.kills_at != moment:
            return False
        self.kills_at = ""
        os.kill(self.sender_pid, signal.SIGKILL)
        return True

    @property
    def settings(self) -> dict[str, Any]:
        return {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": self.port, "MAIL_FROM": ADDRESS}


@pytest.fixture
def office() -> Iterator[Office]:
    """Open for mail."""
    office = Office()
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    yield office
    controller.stop()


@pytest.fixture
def mailing(app, monkeypatch):
    """`mailing(office)`: the program sends through it."""

    def through(office: Office, **more: object) -> None:
        for name, value in {**office.settings, **more}.items():
            monkeypatch.setitem(app.config, name, value)

    return through


def outbox(*addresses: str) -> list[int]:
    """Mails that wait to be sent; their ids."""
    now = clock.now()
    mails = [
        Mail(
            message_id=f"<{number}@cantho.example>",
            address=address,
            subject="Việc cần xem",
            body="Nội dung.",
            made_at=now,
            next_try_at=now,
        )
        for number, address in enumerate(addresses)
    ]
    db.session.add_all(mails)
    db.session.commit()
    return [mail.id for mail in mails]
