"""Signing in with a real OpenID Connect provider, in a real browser: npm's oidc-provider, started here."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from inspect_app.accounts import services
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from tests.support.server import running

HERE = Path(__file__).parent / "provider"
CLIENT = {"CLIENT_ID": "so-kiem-tra", "CLIENT_SECRET": "0123456789abcdefghijklmnopqrstuvwxyz"}


@contextmanager
def provider(folder: Path, comes_back_to: str) -> Iterator[str]:
    """The address of the provider, installed into `folder` as its lock says."""
    for name in ("package.json", "package-lock.json", "provider.mjs"):
        shutil.copy(HERE / name, folder)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {**os.environ, **CLIENT, "PORT": str(port), "COMES_BACK_TO": comes_back_to}
    command = ["node", "provider.mjs"]
    with subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout
            assert any(line.startswith("ready") for line in started.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            started.kill()


def somebody(app: Flask, username: str) -> None:
    """With a first password that nobody ever used: the organisation's sign-in is all that they have."""
    with app.app_context():
        now, today = clock.now(), clock.today()
        services.add_person(
            actor=SYSTEM,
            username=username,
            name="Nguyễn Văn An",
            password=services.new_secret(),
            home_unit=None,
            now=now,
            today=today,
            expires_at=now + services.FIRST_SECRET_LASTS,
        )
        db.session.commit()


def sign_in(page: Page, username: str) -> None:
    """On the provider's own pages."""
    page.get_by_role("link", name="Đăng nhập bằng").click()
    page.get_by_placeholder("Enter any login").fill(username)
    page.get_by_placeholder("and password").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("npm"), reason="the provider runs on Node.js")
def test_the_organisations_own_sign_in(own_app: Flask, chromium: Browser, tmp_path: Path) -> None:
    somebody(own_app, "nguyenvanan")
    with running(own_app) as url, provider(tmp_path, f"{url}/login/outside/back") as issuer:
        own_app.config.update({f"OIDC_{name}": value for name, value in CLIENT.items()})
        own_app.config.update(OIDC_ISSUER=issuer, PUBLIC_URL=url)
        with chromium.new_context(base_url=url, locale="vi-VN") as stranger:
            page = stranger.new_page()
            page.goto("/login")
            sign_in(page, "tranthila")
            page.get_by_text("tranthila chưa có tài khoản đang hoạt động").wait_for()
        with chromium.new_context(base_url=url, locale="vi-VN") as known:
            page = known.new_page()
            page.goto("/account/data")
            sign_in(page, "nguyenvanan")
            page.get_by_role("heading", name="Dữ liệu của tôi").wait_for()
            came_back = page.url
            page.goto(came_back.replace("/account/data", "/login/outside/back?code=again&state=again"))
            assert page.url.rstrip("/") == url
    with own_app.app_context():
        signed_in = db.session.scalars(select(Event.payload).where(Event.action == "person:sign_in")).all()
    assert [one["how"] for one in signed_in] == ["outside"]
