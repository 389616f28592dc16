"""What people send, over HTTP: what it costs the server, beside an empty route, and that it did what it should.

Each is asked for as a page first, by the one who sends it; the sending alone is measured.
"""

import json
import secrets
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.measure.client import ask
from bench.measure.forms import Form, form_of, plain, with_file
from bench.measure.rounds import Spent
from bench.measure.server import Server, is_here, settled

HELLO = "/bench/hello/"
AT_ONCE = 50
STATEMENT = "Đã rà soát, niêm yết đủ và phân công người cập nhật hằng tháng."
FOUND = "Bảng niêm yết tại Bộ phận Một cửa thiếu thủ tục về đất đai, người dân phải hỏi công chức."
REQUIRED = "Niêm yết đủ thủ tục, cập nhật khi có thay đổi."

Ready = tuple[str, str, tuple[str, bytes]]
"""A form as it is sent: address, cookie, and what is sent there."""
Sending = Callable[[], Ready]
"""Opens a page and fills it in."""


@dataclass(slots=True)
class Sent:
    name: str
    statements: int = 0
    spent: Spent = field(default_factory=Spent)
    hello: list[float] = field(default_factory=list)
    """Milliseconds of the empty route, beside each."""

    def to_hello(self) -> float:
        return statistics.median(one / hello for one, hello in zip(self.spent.both(), self.hello, strict=True))


@dataclass(slots=True)
class Site:
    """A server on a database that may be changed, and who is signed in there."""

    server: Server
    cookies: dict[str, str]
    owed: Iterator[int]
    """Findings that the officer may submit."""
    waiting: Iterator[int]
    """Findings that the reviewer may accept."""
    visit_id: int
    """Where the head of the team may write findings down."""

    def submit(self) -> Ready:
        return submission(self.server.port, next(self.owed), self.cookies["officer"])

    def accept(self) -> Ready:
        return acceptance(self.server.port, next(self.waiting), self.cookies["country"])

    def record(self) -> Ready:
        return writing(self.server.port, self.visit_id, self.cookies["head"])

    def accept_many(self) -> Ready:
        action, numbers = "/findings/bulk/accept", [next(self.waiting) for _one in range(AT_ONCE)]
        asked = "&".join(f"id={number}" for number in numbers)
        form, cookie = opened(self.server.port, f"{action}?{asked}", self.cookies["country"], action)
        return action, cookie, plain(form.filled({"method": "documents", "note": "Đủ hồ sơ."}))


def opened(port: int, path: str, cookie: str, action: str) -> tuple[Form, str]:
    """The form that goes to `action`, and the cookie to send it with. Raises RuntimeError, LookupError."""
    answer = ask(port, path, cookie=cookie, coding="")
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    kept = answer.header("Set-Cookie").partition(";")[0]
    return form_of(answer.body, action), kept or cookie


def submission(port: int, finding_id: int, cookie: str) -> Ready:
    """A claim with a file of 80 KB."""
    action = f"/findings/{finding_id}/submit"
    form, cookie = opened(port, f"/findings/{finding_id}", cookie, action)
    content = b"%PDF-1.4\n% " + secrets.token_hex(40_000).encode() + b"\n%%EOF\n"
    file = ("bien-ban.pdf", "application/pdf", content)
    return action, cookie, with_file(form.filled({"statement": STATEMENT}), "files", file)


def acceptance(port: int, finding_id: int, cookie: str) -> Ready:
    action = f"/findings/{finding_id}/accept"
    form, cookie = opened(port, f"/findings/{finding_id}", cookie, action)
    return action, cookie, plain(form.filled({"method": "documents", "note": "Đủ hồ sơ."}))


def writing(port: int, visit_id: int, cookie: str) -> Ready:
    """Three findings of a visit."""
    action = f"/visits/{visit_id}/record"
    form, cookie = opened(port, action, cookie, action)
    typed = {"remark": f"Đơn vị chuẩn bị hồ sơ đầy đủ. {secrets.token_hex(4)}"}
    for n in range(3):
        said = {"area": "III", "text": FOUND, "required": REQUIRED, "within": "15", "follower": ""}
        typed |= {f"findings-{n}-{name}": value for name, value in said.items()}
    return action, cookie, plain(form.filled(typed))


def measure(site: Site, *, rounds: int) -> list[Sent]:
    """Submit with evidence, accept, a visit with three findings, and 50 accepted at once (in every fourth round)."""
    kinds: Sequence[tuple[str, Sending, int]] = (
        ("submit with evidence", site.submit, 1),
        ("accept", site.accept, 1),
        ("visit with three findings", site.record, 1),
        (f"accept {AT_ONCE} at once", site.accept_many, 4),
    )
    found = {name: Sent(name) for name, _sending, _every in kinds}
    for number in range(-1, rounds):
        for name, sending, every in kinds:
            if number % every and number >= 0:
                continue
            one = Sent(name) if number < 0 else found[name]
            _send(site.server, sending, one)
            found[name].statements = one.statements
    return list(found.values())


def needed(rounds: int) -> int:
    """How many findings have to wait for a verifier."""
    return (1 + rounds) + AT_ONCE * (1 + -(-rounds // 4))


def _send(server: Server, sending: Sending, one: Sent) -> None:
    action, cookie, body = sending()
    workers = server.workers()
    before = settled(workers)
    ask(server.port, HELLO)
    hello = settled(workers) - before
    theirs, before = settled(server.backends), settled(workers)
    answer = ask(server.port, action, cookie=cookie, sent=body)
    if answer.status != 303:
        raise RuntimeError(f"{action} answers {answer.status}")
    one.spent.server.append((settled(workers) - before) / 1e6)
    one.spent.database.append((settled(server.backends) - theirs) / 1e6)
    one.spent.seconds.append(answer.seconds)
    one.hello.append(hello / 1e6)
    told = json.loads(ask(server.port, "/bench/told", coding="").body)
    one.statements, server.backends = len(told["statements"]), {pid for pid in told["backends"] if is_here(pid)}
