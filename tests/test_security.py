"""What comes from outside is not trusted: headers, tokens, other sites, and requests that no browser sends."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug import exceptions

from inspect_app.core import clock, errors
from inspect_app.core.actor import Role
from inspect_app.web.access import public
from inspect_app.web.gate import CSP
from tests.support.make import PASSWORD
from tests.support.program import program, settings

MEGABYTE = 1 << 20


@pytest.fixture
def guarded(app, monkeypatch):
    """With the tokens of forms compared, as in earnest."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def client(app, session):
    return app.test_client()


@pytest.fixture
def fresh(database_url, tmp_path):
    """`fresh(PRODUCTION=True)`: a program set up otherwise, on the database of the tests."""

    def made(**given) -> Flask:
        app = program(settings(database_url, tmp_path, **given))
        app.config["WTF_CSRF_ENABLED"] = False
        return app

    return made


# Headers


@pytest.mark.parametrize("path", ["/login", "/no-such-page", "/people/", "/assets/css/app.css", "/\x00"])
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CSP
    assert "unsafe" not in CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert len(headers["X-Request-ID"]) == 16
    assert "Server" not in headers or "Werkzeug" not in headers["Server"]


def test_nothing_but_the_programs_own_files_is_kept_by_a_browser(client, browser, make):
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    page = browser.signed_in_as(make.person(Role.ADMIN)).get("people.index")
    assert page.headers["Cache-Control"] == "no-store"
    style = page.html.select_one("link[rel=stylesheet]")["href"]
    with client.get(style) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_encryption_is_insisted_on_once_it_is_there(client):
    assert "Strict-Transport-Security" not in client.get("/login").headers
    assert "max-age=31536000" in client.get("/login", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_in_earnest_the_cookie_is_for_this_host_alone(fresh):
    client = fresh(SECURE_COOKIES=True).test_client()
    answer = client.post("/language", data={"language": "en"}, base_url="https://localhost")
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    page = client.get("/login", base_url="https://localhost")
    (cookie,) = page.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


# Tokens of forms


def token_of(page):
    return page.html.select_one("main form[action^='/login'] input[name=csrf_token]")["value"]


@pytest.mark.usefixtures("guarded")
def test_signing_in_needs_the_token_of_the_page(browser, make):
    page = browser.get("accounts.sign_in")
    data = {"username": "ai", "password": PASSWORD}
    browser.open("POST", "/login", data={**data, "csrf_token": token_of(page)}, status=422)
    for token in ("", "x", token_of(page)[:-1], token_of(page) + "x", "khác", "\U0001f600" * 100, "ÿ"):
        refused = browser.open("POST", "/login", data={**data, "csrf_token": token}, status=303)
        assert refused.location == "/login?next=/"
    assert "Trang này mở đã lâu. Đăng nhập lại." in browser.get("accounts.sign_in").main


@pytest.mark.usefixtures("guarded")
def test_leaving_and_changing_need_a_token(browser, make):
    browser.signed_in_as(make.person(Role.ADMIN))
    for endpoint in ("accounts.sign_out", "accounts.password", "language.switch", "people.new"):
        page = browser.post(endpoint, data={"csrf_token": "khác"}, status=400)
        assert "tải lại trang rồi gửi lại" in page.main
    browser.get("people.index")


@pytest.mark.usefixtures("guarded")
def test_a_token_of_somebody_else_is_no_token(browser, make, app):
    other = browser.signed_in_as(make.person(Role.ADMIN)).get("people.new")
    token = other.html.select_one("main input[name=csrf_token]")["value"]
    browser.signed_in_as(make.person(Role.ADMIN)).post("people.new", data={"csrf_token": token}, status=400)


@pytest.mark.usefixtures("guarded")
def test_what_is_sent_again_after_signing_in_carries_the_new_token(browser, account):
    person = account(Role.ADMIN)

    def enter(page, address):
        data = {"username": person.username, "password": PASSWORD, "csrf_token": token_of(page)}
        return browser.open("POST", address, data=data, status=303)

    enter(browser.get("accounts.sign_in"), "/login")
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        late = browser.open("POST", "/people/new", data={"name": "Trần Minh Khoa", "csrf_token": "x"}, status=401)
        again = browser.visit(enter(late, late.html.select_one("main form[action^='/login']")["action"]).location)
        form = again.html.select_one("main form[action='/people/new']")
        sent = {field["name"]: field["value"] for field in form.select("input")}
        page = browser.open("POST", "/people/new", data=sent, status=422)
    assert page.html.select_one("#name")["value"] == "Trần Minh Khoa"


# Other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
    ],
)
def test_what_another_site_sends_is_refused(client, headers):
    answer = client.post("/login", data={"username": "a", "password": "b"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}],
)
def test_what_our_own_pages_send_is_taken(client, headers):
    assert client.post("/login", data={"username": "a", "password": "b"}, headers=headers).status_code == 422


def test_a_link_from_another_site_opens_the_page(client):
    assert (
        client.get("/login", headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://x.example"}).status_code == 200
    )


# Requests that no browser sends


HOSTILE = ["\x00", "\x1b", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\x7f"]


@pytest.mark.parametrize("character", HOSTILE, ids=ascii)
def test_unreadable_characters_in_an_address_are_refused(client, character):
    assert client.get("/login", query_string={"next": f"/a{character}b"}).status_code == 400
    assert client.get("/login", query_string={f"a{character}": "b"}).status_code == 400
    assert client.get(f"/log{character}in").status_code in (400, 404)


@pytest.mark.parametrize("character", HOSTILE, ids=ascii)
def test_unreadable_characters_in_a_form_are_refused_and_stored_nowhere(client, character):
    answer = client.post("/login", data={"username": f"a{character}b", "password": f"c{character}d"})
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("path", ["/login?next=%ff%fe", "/login?%c3%28=1", "/%ff"])
def test_text_that_is_not_utf8_is_refused(client, path):
    assert client.get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    "identifier", ["0", "-1", "2147483648", "9223372036854775808", "9" * 500, "1e3", "٣", "1.0", "x"]
)
def test_no_identifier_is_too_large_or_too_odd(browser, make, identifier):
    browser.signed_in_as(make.person(Role.ADMIN)).visit(f"/people/{identifier}", status=404)
    browser.get("people.index", unit=identifier)


def test_addresses_and_arguments_have_a_length(client):
    assert client.get("/login?next=/" + "a" * 2001).status_code == 400
    assert client.get("/" + "a" * 5000).status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "X"])
def test_methods_that_nobody_needs_are_refused(client, method):
    answer = client.open("/login", method=method)
    assert answer.status_code == 405
    assert "secret" not in answer.text


def test_a_method_that_this_page_has_not_is_refused(browser, make):
    browser.signed_in_as(make.person(Role.ADMIN)).open("POST", "/people/", status=405)


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_has_a_size(client, content_type):
    body = b"username=" + b"a" * 10 * MEGABYTE
    if content_type.startswith("multipart"):
        body = (
            b'--b\r\nContent-Disposition: form-data; name="username"\r\n\r\n' + b"a" * 10 * MEGABYTE + b"\r\n--b--\r\n"
        )
    answer = client.post("/login", data=body, content_type=content_type)
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_a_form_without_files_takes_no_large_one(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "FORM_LIMIT", 100_000)
    files = {"username": "a", "password": "b", "file": (BytesIO(b"a" * 200_000), "a.pdf")}
    assert client.post("/login", data=files).status_code == 413


def test_a_form_has_no_more_parts_than_it_may(client, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_FORM_PARTS", 1000)
    parts = {f"f{number}": "x" for number in range(2000)}
    assert client.post("/login", data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", ""),
        (b"username=a", "multipart/form-data"),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b"),
        (b"username=%ff%fe&password=%00", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"&&&===", "application/x-www-form-urlencoded"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    ],
)
def test_a_broken_body_is_no_trouble(client, body, content_type):
    assert client.post("/login", data=body, content_type=content_type).status_code in (400, 422)


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "text/plain"])
def test_a_body_of_another_kind_is_never_read(client, content_type):
    """JSON nested a few thousand deep would be a fault, and past the gate its values would be bound to forms."""
    assert client.post("/login", data=b"[" * 5000, content_type=content_type).status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "session=x"},
        {"Cookie": "session=" + "x" * 8000},
        {"Cookie": "session=\xff"},
        {"Cookie": "language=<script>"},
        {"Accept-Language": "\xff,;q=x"},
        {"Referer": "http://["},
        {"Content-Length": "x"},
        {"X-Forwarded-For": "1.2.3.4, x"},
        {"X-Forwarded-Host": "evil.example"},
        {"Range": "bytes=x"},
        {"If-None-Match": "\xff"},
        {"User-Agent": "\xff" * 3000},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_odd_headers_are_no_trouble(client, headers):
    assert client.get("/login", headers=headers).status_code == 200
    assert client.post("/people/new", data={"name": "a"}, headers=headers).status_code in (401, 400)


def test_a_made_up_filter_does_not_reach_the_maker_of_addresses(app, browser, make):
    """Names that `url_for` takes for itself."""
    browser.signed_in_as(make.person(Role.ADMIN))
    odd = "_external=1&_method=X&_scheme=javascript&_anchor=a&endpoint=b&self=c&values=d&after=e&before=f"
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            page = browser.visit(f"{rule.rule}?{odd}", status=None)
            assert page.status < 500 or rule.rule == "/readyz", rule.rule  # no worker runs beside the tests


# Hosts


def test_only_hosts_that_are_ours_are_answered(fresh):
    client = fresh(TRUSTED_HOSTS=("so.cantho.gov.vn",)).test_client()
    assert client.get("/login", base_url="http://so.cantho.gov.vn").status_code == 200
    for host in ("evil.example", "so.cantho.gov.vn.evil.example", "[::1", "a b", ""):
        answer = client.get("/login", base_url="http://so.cantho.gov.vn", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "<h1" in answer.text
        assert "evil" not in answer.text


def test_no_address_is_made_from_the_host_that_somebody_claims(client):
    answer = client.get("/people/", headers={"Host": "evil.example"})
    assert answer.headers["Location"] == "/login?next=/people/"


# What a page of trouble says


@pytest.fixture(scope="module")
def broken(database_url, tmp_path_factory):
    """`broken(error)`: a page whose view raises it."""
    app = program(settings(database_url, tmp_path_factory.mktemp("broken")))
    trouble: list[Exception] = []

    @app.get("/broken")
    @public
    def view():
        raise trouble.pop()

    def page_for(error):
        trouble.append(error)
        with app.test_client() as client:
            return client.get("/broken")

    return page_for


def refusals():
    secret = Exception("mật: SELECT * FROM person")
    return [
        (exceptions.BadRequest("mật"), 400),
        (errors.NotAllowed("Không được."), 403),
        (exceptions.NotFound("mật"), 404),
        (exceptions.MethodNotAllowed(["GET"], "mật"), 405),
        (errors.WrongState("Đã đổi trạng thái."), 409),
        (errors.Stale("Trần %(name)s vừa sửa.", name="Khoa"), 409),
        (StaleDataError("mật"), 409),
        (exceptions.RequestEntityTooLarge("mật"), 413),
        (exceptions.UnsupportedMediaType("mật"), 415),
        (errors.Invalid("Nhập lại."), 422),
        (exceptions.TooManyRequests("mật"), 429),
        (RuntimeError("mật"), 500),
        (IntegrityError("SELECT mật", {}, secret), 500),
        (OperationalError("SELECT mật", {}, secret), 503),
        (PoolTimeout("mật"), 503),
        (errors.Unavailable("Bận."), 503),
        (OSError(28, "mật"), 503),
        (exceptions.ImATeapot("mật"), 418),
        (exceptions.BadGateway("mật"), 502),
    ]


@pytest.mark.parametrize(("error", "status"), refusals(), ids=lambda value: type(value).__name__)
def test_trouble_becomes_a_page_that_gives_nothing_away(broken, error, status):
    answer = broken(error)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert answer.text.count("<h1") == 1
    assert answer.headers["X-Request-ID"] in answer.text
    for secret in ("mật:", "SELECT", "Traceback", "mật<"):
        assert secret not in answer.text


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////no/such/folder/none.sqlite"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_database_whoever_is_signed_in_reads_that_it_is_away(tmp_path, url, method):
    app = program(settings(url, tmp_path))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody"
    answer = client.open("/people/new", method=method)
    assert answer.status_code == 503
    assert "Thử lại sau vài phút" in answer.text


def test_a_page_of_trouble_that_cannot_be_drawn_is_a_plain_one(fresh):
    app = fresh()
    app.context_processor(lambda: 1 / 0)
    answer = app.test_client().get("/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["X-Request-ID"] in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_a_refusal_says_why(broken):
    assert "Trần Khoa vừa sửa." in broken(errors.Stale("Trần %(name)s vừa sửa.", name="Khoa")).text


def test_a_view_that_declares_nobody_answers_nobody(fresh):
    app = fresh()
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_there_is_no_console_no_listing_and_no_hidden_file(client):
    for path in (
        "/console",
        "/assets/",
        "/assets/..%2f..%2fmanage.py",
        "/assets/../app.py",
        "/.git/config",
        "/.env",
        "/instance/",
    ):
        assert client.get(path).status_code in (404, 308), path
    assert client.get("/login?__debugger__=yes&cmd=resource&f=debugger.js").mimetype == "text/html"
