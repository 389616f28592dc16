"""Handing one mail to the mail server."""

import smtplib
import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from inspect_app.core.clock import HANOI

SENDER_NAME = "Sổ kiểm tra CCHC"


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server, as the environment names it."""

    host: str
    port: int
    sender: str
    """The address that mails come from."""
    security: str = "none"
    """`none`, `starttls` or `tls`."""
    user: str = ""
    password: str = ""
    timeout: float = 30
    """Seconds that the server has for each answer."""

    @property
    def domain(self) -> str:
        """For Message-IDs."""
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, as it is written in the outbox."""

    message_id: str
    name: str
    address: str
    subject: str
    body: str
    made_at: datetime


class Refused(Exception):
    """This mail was not taken; `for_good` where trying again is of no use."""

    def __init__(self, said: str, *, for_good: bool) -> None:
        super().__init__(said)
        self.for_good = for_good


class Unreachable(Exception):
    """The server itself does not work: no other mail would get through now."""


def post(letter: Letter, server: Server) -> None:
    """Return once the server has answered that it has the mail. Raises Refused, Unreachable."""
    message = written(letter, server)
    try:
        with ExitStack() as ending:
            smtp = _connected(server, ending)
            _hand_over(smtp, message, letter, server)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(_said(error)) from error


def written(letter: Letter, server: Server) -> EmailMessage:
    """The mail with its headers, the same each time. Raises Refused for an address that is none."""
    try:
        to = Address(_in_a_header(letter.name), addr_spec=letter.address)
    except (ValueError, IndexError, MessageError) as error:
        raise Refused(f"{letter.address!r}: {error}", for_good=True) from error
    message = EmailMessage(policy=SMTP if letter.address.isascii() else SMTPUTF8)
    message["From"] = Address(SENDER_NAME, addr_spec=server.sender)
    message["To"] = to
    message["Subject"] = _in_a_header(letter.subject)
    message["Date"] = format_datetime(letter.made_at.astimezone(HANOI))
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _in_a_header(text: str) -> str:
    return " ".join(text.split())


def _connected(server: Server, ending: ExitStack) -> smtplib.SMTP:
    secured = ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=secured)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    ending.callback(_take_leave, smtp)
    if server.security == "starttls":
        smtp.starttls(context=secured)
    if server.user:
        smtp.login(server.user, server.password)
    return smtp


def _take_leave(smtp: smtplib.SMTP) -> None:
    """What the server says to that changes nothing: it has the mail, or has said why not."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()


def _hand_over(smtp: smtplib.SMTP, message: EmailMessage, letter: Letter, server: Server) -> None:
    try:
        smtp.send_message(message, from_addr=server.sender, to_addrs=[letter.address])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise Refused(_reply(code, said), for_good=code >= 500) from error
    except smtplib.SMTPDataError as error:
        raise Refused(_reply(error.smtp_code, error.smtp_error), for_good=error.smtp_code >= 500) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(str(error), for_good=True) from error


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _reply(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
