"""A program within the test's own process, and an officer who is signed in to it."""

import io
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from inspect_app.accounts.models import SignIn
from inspect_app.accounts.queries import token_hash
from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.plans import services as plans
from tests.support.make import Make


@dataclass
class Site:
    client: FlaskClient
    page: str
    """Of a finding that the officer's unit works on."""

    def get(self) -> int:
        return self.client.get(self.page).status_code

    def write(self, words: str) -> Any:
        told = {"text": words, "once": secrets.token_urlsafe(24), "version": "1"}
        return self.client.post(f"{self.page}/message", data=told)

    def submit(self, words: str, size: int = 50_000) -> Any:
        """With a file of that many bytes."""
        app = self.client.application
        with app.app_context():
            version = db.session.get_one(Finding, int(self.page.rpartition("/")[2])).version
        told: dict[str, Any] = {"statement": words, "once": secrets.token_urlsafe(24), "version": str(version)}
        told["files"] = (io.BytesIO(b"%PDF-1.4\n" + secrets.token_bytes(size)), "anh.pdf")
        return self.client.post(f"{self.page}/submit", data=told, content_type="multipart/form-data")


def populate(app: Flask) -> tuple[str, str]:
    """The token of a session of an officer, and the address of the finding that is theirs."""
    with app.app_context():
        make, token, now = Make(db.session), secrets.token_urlsafe(16), clock.now()
        plans.load_areas()
        finding = make.finding("in_progress", unit=(unit := make.unit()))
        mine = {"person_id": make.officer(unit).id, "address": "127.0.0.1", "device": "test"}
        db.session.add(SignIn(token_hash=token_hash(token), began_at=now, seen_at=now, **mine))
        db.session.commit()
        return token, f"/findings/{finding.id}"


def enter(app: Flask, token: str) -> FlaskClient:
    """Signed in by that session; forms need no token of their page."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client
