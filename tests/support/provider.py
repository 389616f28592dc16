"""An OpenID Connect provider in a thread, that tests tell what to say: a real one never says it wrongly."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from inspect_app.core import clock


@dataclass
class Provider:
    url: str = ""
    client_id: str = "so-kiem-tra"
    client_secret: str = "0123456789abcdefghijklmnopqrstuvwxyz"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signs_with: RSAKey | OctKey | None = None
    """Where that is not the published key."""
    username: str = "nguyenvanan"
    claims: dict[str, Any] = field(default_factory=dict)
    """Of the identity, where they are not what they should be; None leaves one out."""
    configuration: dict[str, Any] = field(default_factory=dict)
    """What is published differently."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Code -> the question that it answers; each is good once."""

    def sent_back(self, address: str, **differently: str) -> dict[str, str]:
        """What a browser brings back that was sent to `address`: somebody signed in there."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.codes)}-{asked['state'][:8]}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url, **differently}

    def published(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **self.configuration,
        }

    def token(self, sent: dict[str, str]) -> dict[str, Any]:
        asked = self.codes.pop(sent.get("code", ""), None)
        proof = urlsafe_b64encode(sha256(sent.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != proof or asked["redirect_uri"] != sent.get("redirect_uri"):
            return {"error": "invalid_grant"}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.identity(asked["nonce"])}

    def identity(self, nonce: str) -> str:
        now = int(clock.now().timestamp())
        claims = {"iss": self.url, "sub": "1", "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": nonce}
        claims |= {"preferred_username": self.username, **self.claims}
        told = {name: value for name, value in claims.items() if value is not None}
        key = self.signs_with or self.key
        how = "HS256" if isinstance(key, OctKey) else "RS256"
        return jwt.encode({"alg": how, "kid": "1"}, told, key, algorithms=[how])


@contextmanager
def providing() -> Iterator[Provider]:
    """It answers until the block is left."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = {"keys": [provider.key.as_dict(private=False)]}
            self.say(keys if self.path == "/keys" else provider.published())

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            given = provider.token({name: values[0] for name, values in sent.items()})
            self.say(given, 400 if "error" in given else 200)

        def say(self, what: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing between the tests' own lines."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
