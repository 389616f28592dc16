"""A virus scanner is asked about whatever comes in, and its absence is a state like others."""

import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from inspect_app.core import scanning
from inspect_app.core.audit import Event
from inspect_app.core.scanning import Away, Unscanned
from inspect_app.core.staging import Staged
from inspect_app.upkeep.jobs import scanning as jobs
from inspect_app.upkeep.models import Chore
from inspect_app.upkeep.queries import chores
from tests.support import clamd
from tests.support.clamd import HARMFUL, NAME
from tests.support.world import World

PDF = b"%PDF-1.7 quyet dinh"
INFECTED = PDF + HARMFUL


@pytest.fixture
def daemon(tmp_path):
    with clamd.standing_in(tmp_path / "clamd.ctl") as daemon:
        yield daemon


@pytest.fixture
def scanner(tmp_path):
    return replace(scanning.at(f"unix:{tmp_path / 'clamd.ctl'}"), patience=0.3)


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("unix:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("tcp:127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("tcp:[::1]:3310", ("::1", 3310)),
    ],
)
def test_the_setting_says_where_it_listens(setting, address):
    assert scanning.at(setting).address == address


def test_it_finds_what_it_knows_and_nothing_else(scanner, daemon):
    stream = io.BytesIO(bytes(200_000) + INFECTED)
    stream.seek(7)
    assert (scanner.found_in(stream), stream.tell()) == (NAME, 0)
    assert scanner.found_in(io.BytesIO(PDF)) == ""
    assert scanner.version() == "ClamAV 0.0.0/stand-in"


def test_one_that_is_away_or_silent_is_noticed(scanner, tmp_path):
    with pytest.raises(Away, match="FileNotFoundError"):
        scanner.found_in(io.BytesIO(PDF))
    with clamd.standing_in(tmp_path / "clamd.ctl") as daemon:
        daemon.silent = True
        with pytest.raises(Away, match="TimeoutError"):
            scanner.found_in(io.BytesIO(PDF))
        with pytest.raises(Away, match="TimeoutError"):
            scanner.version()
    with pytest.raises(Away):
        scanner.version()


@pytest.mark.tried_on("sqlite", "postgresql")
def test_what_comes_in_is_scanned(app, browser, make, session, scanner, tmp_path):
    app.extensions["scanner"] = scanner
    try:
        browser.signed_in_as(make.officer(make.unit()))
        with clamd.standing_in(tmp_path / "clamd.ctl") as daemon:
            what_harms_is_refused_and_noted(browser, session)
            daemon.silent = True
            while_it_is_away_nothing_comes_in(browser, session)
        (tmp_path / "clamd.ctl").unlink()
        app.config["CLAMAV_REQUIRED"] = False
        unless_the_operator_says_so(app, browser, session)
        with clamd.standing_in(tmp_path / "clamd.ctl"):
            what_came_in_meanwhile_is_looked_at(app, session)
    finally:
        app.extensions["scanner"] = None
        app.config["CLAMAV_REQUIRED"] = True


def send(browser, content, status):
    data = {"page": "/visits/1/record", "file": (io.BytesIO(content), "bao-cao.pdf")}
    answer = browser.client.post("/uploads", data=data)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def what_harms_is_refused_and_noted(browser, session):
    send(browser, PDF, 201)
    said = send(browser, INFECTED, 422)["message"]
    assert said.startswith("Tệp bao-cao.pdf không nhận được vì có thể chứa mã độc.")
    assert NAME not in said
    event = session.scalars(select(Event).where(Event.action == "person:infected_file")).one()
    assert (event.payload["file"], event.payload["found"]) == ("bao-cao.pdf", NAME)
    assert len(session.scalars(select(Staged)).all()) == 1


def while_it_is_away_nothing_comes_in(browser, session):
    said = send(browser, PDF, 422)["message"]
    assert said == "Chưa nhận được tệp bao-cao.pdf vì chưa kiểm tra được vi-rút. Thử lại sau vài phút"
    assert session.scalars(select(Unscanned)).all() == []


def unless_the_operator_says_so(app, browser, session):
    send(browser, INFECTED, 201)
    send(browser, PDF, 201)
    jobs.look(app)
    assert [one.found for one in session.scalars(select(Unscanned))] == ["", ""]
    assert standing() == (False, 0)


def what_came_in_meanwhile_is_looked_at(app, session):
    jobs.look(app)
    (left,) = session.scalars(select(Unscanned)).all()
    assert left.found == NAME
    assert scanning.is_harmful(left.sha256)
    assert standing() == (False, 1)
    assert session.scalars(select(Event.action).where(Event.action == "log:infected_file")).all() != []


def standing():
    chore = chores.last(jobs.CHORE)
    assert isinstance(chore, Chore)
    return chore.good, chore.told["harmful"]


def test_sheets_are_scanned_before_they_are_read(app, browser, make, session, scanner, tmp_path):
    grading, table = World(make).grading_id, "Đơn vị;Điểm\nPhường Cái Khế;91".encode()
    browser.signed_in_as(make.reviewer)
    app.extensions["scanner"] = scanner
    try:
        with clamd.standing_in(tmp_path / "clamd.ctl"):
            harmful = {"file": (io.BytesIO(table + HARMFUL), "điểm.csv"), "version": "1"}
            page = browser.post("grading.paste", grading_id=grading, data=harmful, status=422)
            assert page.error_on("file").startswith("Tệp điểm.csv không nhận được vì có thể chứa mã độc.")
            harmful = {"files": (io.BytesIO(table + HARMFUL), "sổ.csv"), "kind": "findings"}
            page = browser.post("imports.index", data=harmful, status=422)
            assert page.error_on("files").startswith("Tệp sổ.csv không nhận được vì có thể chứa mã độc.")
        app.config["CLAMAV_REQUIRED"] = False
        browser.post("imports.index", data={"files": (io.BytesIO(table), "sổ.csv"), "kind": "findings"})
        assert [one.name for one in session.scalars(select(Unscanned))] == ["sổ.csv"]
    finally:
        app.extensions["scanner"] = None
        app.config["CLAMAV_REQUIRED"] = True


@pytest.mark.long
def test_the_real_daemon_finds_it_too(tmp_path):
    with clamd.real(tmp_path) as path:
        scanner = scanning.at(f"unix:{path}")
        assert scanner.version().startswith("ClamAV ")
        assert scanner.found_in(io.BytesIO(PDF)) == ""
        assert scanner.found_in(io.BytesIO(INFECTED)).startswith(NAME)
        assert scanner.found_in(io.BytesIO(bytes(120 << 20))) == ""
