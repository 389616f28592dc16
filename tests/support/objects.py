"""An object store in a thread, that tests can make slow to remember, refuse or break off: a real one seldom does.

It speaks as much of S3 as the program asks for. That one made by others takes what the program says is tried in
tests/faults/test_nodes.py; but only this one computes signatures anew.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from inspect_app.core import clock
from inspect_app.core.storage.bucket import Access

BUCKET = "so-kiem-tra"
USER, SECRET = "kiemtra", "khoa-bi-mat-cua-kho"
MOST = 1000


@dataclass
class Objects:
    """What is kept: name -> content and when it was put."""

    url: str = ""
    kept: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    parts: dict[str, tuple[str, datetime, dict[int, bytes]]] = field(default_factory=dict)
    """Of what is not finished: its number -> name, begun, what came."""
    refuses: int = 0
    """The status of every answer, where one is told."""
    breaks_off: bool = False
    """In the middle of what it hands out."""
    asked: list[str] = field(default_factory=list)

    @property
    def access(self) -> Access:
        return Access(self.url, BUCKET, USER, SECRET)

    def age(self, name: str, by: timedelta) -> None:
        content, at = self.kept[name]
        self.kept[name] = content, at - by


@contextmanager
def keeping() -> Iterator[Objects]:
    """It answers until the block is left."""
    store, lock = Objects(), Lock()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            self.met(lambda name, query: self.put(name, query))

        def do_POST(self) -> None:
            self.met(lambda name, query: self.post(name, query))

        def do_GET(self) -> None:
            self.met(lambda name, query: self.hand_out(name) if name else self.list(query))

        def do_HEAD(self) -> None:
            self.met(lambda name, query: self.hand_out(name))

        def do_DELETE(self) -> None:
            self.met(lambda name, query: self.remove(name, query))

        def met(self, act: Any) -> None:
            address = urlsplit(self.path)
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            store.asked.append(f"{self.command} {unquote(address.path)}")
            _root, bucket, *names = unquote(address.path).split("/")
            assert bucket == BUCKET
            assert self.headers["x-amz-content-sha256"] == hashlib.sha256(self.body).hexdigest()
            with lock:
                if not self.is_signed():
                    self.say(403, self.fault("SignatureDoesNotMatch"))
                elif store.refuses:
                    self.say(store.refuses, self.fault("SlowDown"))
                else:
                    act("/".join(names), {key: value[0] for key, value in parse_qs(address.query, True).items()})

        def is_signed(self) -> bool:
            """Signature version 4, computed anew."""
            told = self.headers["Authorization"].removeprefix("AWS4-HMAC-SHA256 ").split(",")
            said = dict(part.strip().split("=", 1) for part in told)
            user, *scope = said["Credential"].split("/")
            headers = "".join(f"{name}:{self.headers[name].strip()}\n" for name in said["SignedHeaders"].split(";"))
            address = urlsplit(self.path)
            query = "&".join(sorted(address.query.split("&")))
            body = self.headers["x-amz-content-sha256"]
            asked = "\n".join((self.command, address.path, query, headers, said["SignedHeaders"], body))
            digest = hashlib.sha256(asked.encode()).hexdigest()
            words = "\n".join(("AWS4-HMAC-SHA256", self.headers["x-amz-date"], "/".join(scope), digest))
            key = f"AWS4{SECRET}".encode()
            for part in (*scope, words):
                key = hmac.new(key, part.encode(), "sha256").digest()
            return user == USER and hmac.compare_digest(key.hex(), said["Signature"])

        def put(self, name: str, query: dict[str, str]) -> None:
            if "partNumber" in query:
                store.parts[query["uploadId"]][2][int(query["partNumber"])] = self.body
            else:
                store.kept[name] = self.body, clock.now()
            self.say(200, etag=hashlib.md5(self.body).hexdigest())

        def post(self, name: str, query: dict[str, str]) -> None:
            number = query.get("uploadId") or str(len(store.asked))
            if "uploads" in query:
                store.parts[number] = name, clock.now(), {}
                told = f"<InitiateMultipartUploadResult><UploadId>{number}</UploadId></InitiateMultipartUploadResult>"
            else:
                _name, _begun, came = store.parts.pop(number)
                store.kept[name] = b"".join(content for _number, content in sorted(came.items())), clock.now()
                told = f"<CompleteMultipartUploadResult><Key>{name}</Key></CompleteMultipartUploadResult>"
            self.say(200, told.encode())

        def hand_out(self, name: str) -> None:
            if not name:
                self.say(200)
            elif name not in store.kept:
                self.say(404, self.fault("NoSuchKey"))
            else:
                content, at = store.kept[name]
                self.say(200, content, at=at)

        def list(self, query: dict[str, str]) -> None:
            prefix, after = query.get("prefix", ""), query.get("continuation-token") or query.get("start-after", "")
            if "uploads" in query:
                told = [
                    f"<Upload><Key>{name}</Key><UploadId>{number}</UploadId><Initiated>{_said(at)}</Initiated></Upload>"
                    for number, (name, at, _came) in store.parts.items()
                ]
                self.say(200, f"<ListMultipartUploadsResult>{''.join(told)}</ListMultipartUploadsResult>".encode())
                return
            names = sorted(name for name in store.kept if name.startswith(prefix) and name > after)
            more, names = names[MOST:], names[:MOST]
            told = [
                f"<Contents><Key>{escape(name)}</Key><Size>{len(store.kept[name][0])}</Size>"
                f"<LastModified>{_said(store.kept[name][1])}</LastModified></Contents>"
                for name in names
            ]
            next_one = f"<NextContinuationToken>{names[-1]}</NextContinuationToken>" if more else ""
            cut = f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>{next_one}"
            self.say(200, f"<ListBucketResult><Name>{BUCKET}</Name>{cut}{''.join(told)}</ListBucketResult>".encode())

        def remove(self, name: str, query: dict[str, str]) -> None:
            if number := query.get("uploadId"):
                store.parts.pop(number)
            else:
                store.kept.pop(name, None)
            self.say(204)

        def fault(self, code: str) -> bytes:
            return f"<Error><Code>{code}</Code><Message>m</Message><Resource>r</Resource></Error>".encode()

        def say(self, status: int, body: bytes = b"", *, at: datetime | None = None, etag: str = "e") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{etag}"')
            self.send_header("Last-Modified", format_datetime((at or clock.now()).astimezone(UTC), usegmt=True))
            self.end_headers()
            if self.command != "HEAD":
                broken = store.breaks_off and len(body) > 1 and at is not None
                self.wfile.write(body[: len(body) // 2] if broken else body)
                self.close_connection = self.close_connection or broken

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(clock.now().astimezone(UTC), usegmt=True)

        def log_message(self, format: str, *_told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    store.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield store
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def _said(at: datetime) -> str:
    return re.sub(r"\+00:00$", "Z", at.astimezone(UTC).isoformat(timespec="milliseconds"))
