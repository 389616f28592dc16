"""The smallest client that can be told what to ask: one request, one connection, every byte and moment of it."""

import socket
from dataclasses import dataclass
from time import perf_counter

WAITS = 120.0
"""Seconds for an answer; the server gives up by then, too."""
KIND = "X-Bench"
"""The header that asks for something else than the page itself; see `references`."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    size: int
    """Bytes on the wire, head and all, as compressed."""
    body: bytes
    first: float
    """Seconds until the first byte."""
    seconds: float


def ask(port: int, path: str, *, cookie: str = "", kind: str = "", coding: str = "br, gzip") -> Answer:
    """GET `path` from this machine. Raises OSError, and ValueError where no whole answer comes back."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/html", "Connection: close"]
    lines += [f"Accept-Encoding: {coding}"] if coding else []
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"{KIND}: {kind}"] if kind else []
    began = perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=WAITS) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        parts = [line.recv(65536)]
        first = perf_counter() - began
        while parts[-1]:
            parts.append(line.recv(262_144))
    took = perf_counter() - began
    sent = b"".join(parts)
    head, _, body = sent.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1."):
        raise ValueError(f"{path}: no answer but {head[:80]!r}")
    if b"transfer-encoding: chunked" in head.lower():
        body = _joined(body)
    return Answer(int(head[9:12]), len(sent), body, first, took)


def _joined(chunked: bytes) -> bytes:
    parts, at = list[bytes](), 0
    while True:
        end = chunked.find(b"\r\n", at)
        if end < 0:
            raise ValueError("with something that breaks off")
        length = int(chunked[at:end].split(b";")[0], 16)
        if not length:
            return b"".join(parts)
        parts.append(chunked[end + 2 : end + 2 + length])
        at = end + length + 4
