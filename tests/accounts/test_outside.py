"""Signing in with the organisation's own identities: who gets in, and what does not hold."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey

from inspect_app.accounts.services import SignInRefused, outside
from inspect_app.accounts.services.outside import answer, ask
from inspect_app.config import BadSetting, Config
from inspect_app.core import clock
from inspect_app.core.actor import Role
from tests.support.provider import Provider, providing


@pytest.fixture(scope="module")
def there():
    with providing() as provider:
        yield provider


@pytest.fixture
def named(there: Provider):
    """The provider as the program knows it; what a test told it otherwise is forgotten."""
    there.username, there.signs_with, there.claims, there.configuration = "nguyenvanan", None, {}, {}
    here = {"name": "tài khoản cơ quan", "claim": "preferred_username", "comes_back_to": "https://cchc.vn/back"}
    return outside.Provider(issuer=there.url, client_id=there.client_id, client_secret=there.client_secret, **here)


def refused(there, named, why: str, **differently: str) -> bool:
    """Whether the way there and back ends in a refusal, for that reason."""
    try:
        address, asked = ask(named)
        answer(named, asked, there.sent_back(address, **differently), now=clock.now())
    except outside.Refused as refusal:
        return why in refusal.why
    return False


def test_who_the_provider_vouches_for_is_believed(there, named):
    address, asked = ask(named)
    assert "code_challenge_method=S256" in address
    assert asked.verifier not in address
    assert answer(named, asked, there.sent_back(address), now=clock.now()) == "nguyenvanan"


def test_an_identity_that_does_not_hold_is_refused(there, named):
    ago = int((clock.now() - timedelta(hours=1)).timestamp())
    for claims, why in [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-program"}, "aud"),
        ({"aud": [there.client_id, "another"], "azp": "another"}, "azp"),
        ({"iss": "https://elsewhere.vn"}, "iss"),
        ({"iat": ago, "exp": ago + 300}, "xpired"),
        ({"exp": None}, "exp"),
        ({"preferred_username": None}, "no preferred_username"),
        ({"preferred_username": ["nguyenvanan"]}, "no preferred_username"),
    ]:
        there.claims = claims
        assert refused(there, named, why), claims


def test_what_others_signed_is_refused(there, named):
    stranger = RSAKey.generate_key(2048, {"kid": "1"})
    for key in (stranger, OctKey.import_key(there.client_secret)):
        there.signs_with = key
        assert refused(there, named, "id_token")


def test_an_answer_to_another_question_is_refused(there, named):
    assert refused(there, named, "state", state="another")
    assert refused(there, named, "iss", iss="https://elsewhere.vn")
    address, _asked = ask(named)
    _address, other = ask(named)
    with pytest.raises(outside.Refused, match="chưa thành công"):  # somebody else's code, our own state
        answer(named, other, there.sent_back(address, state=other.state), now=clock.now())


def test_a_code_is_good_once(there, named):
    address, asked = ask(named)
    came = there.sent_back(address)
    answer(named, asked, came, now=clock.now())
    with pytest.raises(outside.Refused) as refusal:
        answer(named, asked, came, now=clock.now())
    assert "invalid_grant" in refusal.value.why


def test_the_server_asks_nobody_but_the_issuer(there, named):
    for published in (
        {"issuer": "https://elsewhere.vn"},
        {"token_endpoint": "http://elsewhere.vn/token"},
        {"jwks_uri": "file:///etc/passwd"},
    ):
        there.configuration = published
        assert refused(there, named, next(iter(published)))
    there.configuration = {}
    gone = outside.Provider("x", "http://127.0.0.1:1", "a", "b", "sub", "https://cchc.vn/back")
    with pytest.raises(outside.Refused, match="chưa trả lời"):
        ask(gone)


@pytest.fixture
def with_it(app, there, named):
    """The program, told of the provider."""
    settings = {
        "OIDC_ISSUER": there.url,
        "OIDC_CLIENT_ID": there.client_id,
        "OIDC_CLIENT_SECRET": there.client_secret,
        "PUBLIC_URL": "http://localhost",
    }
    before = {name: app.config[name] for name in settings}
    app.config.update(settings)
    yield there
    app.config.update(before)


def come_back(browser, there, *, to: str = "/inbox/", **differently: str):
    """Through the link on the page of signing in, to the provider and back."""
    sent = browser.open("GET", browser.address("outside.begin", {"next": to}), status=303)
    came = there.sent_back(sent.location, **differently)
    return came, browser.open("GET", browser.address("outside.back", came))


def test_somebody_known_here_gets_in_and_nobody_is_made(browser, make, with_it, app):
    browser.signed_in_as(None)
    assert "Đăng nhập bằng tài khoản cơ quan" in browser.get("accounts.sign_in").main
    with_it.username = "tran.moi"
    _came, page = come_back(browser, with_it)
    assert page.location == browser.address("accounts.sign_in", {"next": "/inbox/"})
    assert "tran.moi chưa có tài khoản đang hoạt động" in browser.visit(page.location).main

    person = make.person(Role.VIEWER)
    with_it.username = person.username.upper()
    _came, page = come_back(browser, with_it, to="//elsewhere.vn")
    assert page.location == "/"
    assert person.name in browser.visit("/").text

    browser.signed_in_as(None)
    person.active = False
    make.session.commit()
    _came, page = come_back(browser, with_it)
    assert "chưa có tài khoản đang hoạt động" in browser.visit(page.location).main


def test_a_sign_in_is_not_used_twice(make, session, there, named):
    person = make.person()
    moment: Any = {"now": clock.now(), "today": clock.today(), "address": "", "device": ""}
    assert outside.enter(person.username, "state", **moment)
    with pytest.raises(SignInRefused, match="đã dùng rồi"):
        outside.enter(person.username, "state", **moment)


def test_settings_that_would_let_anybody_listen_are_refused(tmp_path):
    settings = {"INSTANCE_PATH": str(tmp_path), "OIDC_ISSUER": "http://dinhdanh.cantho.gov.vn"}
    with pytest.raises(BadSetting, match="https"):
        Config.from_environ(settings)
    with pytest.raises(BadSetting, match="OIDC_CLIENT_ID"):
        Config.from_environ({**settings, "OIDC_ISSUER": "https://dinhdanh.cantho.gov.vn"})
