"""One finding's page: what it offers is what the server accepts; nothing typed is lost; the first of two wins."""

import io
import re
import unicodedata
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.findings.forms.moves import FORMS
from inspect_app.findings.models import Evidence, Finding, State, Submission
from inspect_app.findings.services.history import ready
from inspect_app.findings.workflow import FINDING
from inspect_app.plans.models import Team
from inspect_app.units.models import Unit

TODAY = clock.today()


def picture(red=255) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 6), (red, 0, 0)).save(made, "JPEG")
    return made.getvalue()


def photo(name="bang-niem-yet.jpg", content=None):
    return (io.BytesIO(content or picture()), name)


SENT = {
    "start": {"undertaking": "In và niêm yết.", "by": f"{TODAY:%d/%m/%Y}"},
    "submit": {"statement": "Đã niêm yết đủ."},
    "recall": {},
    "accept": {"method": "on_site", "note": ""},
    "return": {"reason": "Ảnh chưa thấy 4 thủ tục."},
    "dispute": {"explanation": "Đã niêm yết từ trước."},
    "uphold": {"reason": "Ảnh chụp sau ngày kiểm tra."},
    "allow": {"reason": "Đúng như giải trình.", "decision": "12/QĐ-SNV"},
    "withdraw": {"reason": "Ghi nhầm đơn vị.", "decision": "12/QĐ-SNV"},
    "reopen": {"reason": "Bảng lại thiếu.", "deadline": "31/12/2090"},
    "discard": {"reason": "Ghi trùng."},
    "replan": {"undertaking": "In lại và niêm yết.", "by": f"{TODAY:%d/%m/%Y}", "doer": "Bộ phận Một cửa"},
    "progress": {"percent": "60", "note": "Còn 4 thủ tục."},
    "assign": {},
    "ask_extension": {"wanted": f"{TODAY + timedelta(days=9):%d/%m/%Y}", "reason": "Chờ bản công bố."},
    "drop_extension": {},
    "extend": {"until": "31/12/2090", "reason": "Thiên tai."},
    "refuse_extension": {"reason": "Đủ thời gian."},
    "message": {"text": "Có cần niêm yết bản điện tử không?"},
}
"""What each form wants, readable."""


def typed(finding, move, **given):
    """The form as a browser sends it; a photograph with a submission."""
    files = {"files": photo()} if move == "submit" else {}
    return {**SENT[move], "version": finding.version, **files, **given}


def send(browser, finding, move, *, status=303, **given):
    path = f"/findings/{finding.id}/{move.replace('_', '-')}"
    return browser.open("POST", path, data=typed(finding, move, **given), status=status)


ELSEWHERE = {"issue", "move", "repeat"}
"""Moves that are made on pages of their own, or where there is something to compare."""
UNIT = {"start", "submit", "recall", "dispute", "replan", "progress", "assign", "ask_extension", "drop_extension"}
REVIEWER = {"withdraw", "extend", "refuse_extension"}


def open_to(who):
    """Moves whose address is open to somebody with such a role at all; test_permissions asks for the others."""
    ours = {"officer": UNIT | {"discard"}, "head": set(SENT) - UNIT - REVIEWER, "reviewer": set(SENT) - UNIT}
    return ours.get(who, set()) | {"message"}


def moves_drawn(page):
    return {
        form["action"].rpartition("/")[2].replace("-", "_")
        for form in page.html.select("main form[method=post]")
        if re.fullmatch(r"/findings/\d+/[a-z-]+", form["action"])
    }


@pytest.fixture
def hands(make, session):
    """Those who have to do with a finding: `hands(finding)["officer"]`."""

    def hands(finding):
        return {
            "head": make.head_of(session.get_one(Team, finding.team_id)),
            "reviewer": make.reviewer,
            "officer": make.officer(session.get_one(Unit, finding.unit_id)),
            "viewer": viewer,
        }

    viewer = make.person(Role.VIEWER)
    return hands


# What is offered is what is accepted


@pytest.mark.parametrize("state", State)
def test_the_page_draws_exactly_the_moves_that_the_server_accepts(make, browser, hands, session, state):
    finding = make.finding(state)
    for who, person in hands(finding).items():
        browser.signed_in_as(person)
        sees = state is not State.RECORDED or who in ("head", "reviewer")
        page = browser.get("findings.show", finding_id=finding.id, status=200 if sees else 404)
        drawn = moves_drawn(page)
        if sees:
            ready(finding)
            assert drawn == set(FINDING.offered_to(make.actor(person), finding)) - ELSEWHERE, who
        for move in some_of(open_to(who) - drawn, state):
            answer = send(browser, finding, move, status=None).status
            assert answer in ((403, 409) if sees else (403, 404)), (who, move)
        assert finding.state is state, "a refusal changes nothing"


def some_of(moves, state):
    """A third of them, another one in each state; every state × move × person stands in test_workflow."""
    return sorted(moves)[list(State).index(state) % 3 :: 3]


MADE = """
recorded     head      discard   -
open         officer   start     in_progress
open         officer   submit    submitted
open         officer   dispute   disputed
in_progress  officer   submit    submitted
returned     officer   start     in_progress
returned     officer   submit    submitted
submitted    officer   recall    in_progress
submitted    head      accept    resolved
submitted    reviewer  return    returned
disputed     head      uphold    open
disputed     reviewer  allow     withdrawn
in_progress  reviewer  withdraw  withdrawn
resolved     head      reopen    returned
in_progress  officer   replan    in_progress
returned     officer   progress  returned
open         officer   assign    open
open         officer   ask_extension  open
submitted    reviewer  extend    submitted
disputed     head      message   disputed
"""


@pytest.mark.parametrize(("state", "who", "move", "target"), [line.split() for line in MADE.strip().splitlines()])
def test_each_move_is_made_from_the_page(make, browser, hands, session, state, who, move, target):
    finding = make.finding(state)
    number, visit = finding.id, finding.visit_id
    browser.signed_in_as(hands(finding)[who])
    answer = send(browser, finding, move)
    if target == "-":
        assert answer.location.endswith(f"/visits/{visit}")
        assert session.get(Finding, number) is None
        return
    assert answer.location.endswith(f"/findings/{number}")
    assert finding.state == target
    page = browser.visit(answer.location)
    assert page.html.select_one("main .note[role=status]").get_text(strip=True), "it says what happens next"


def test_the_table_makes_every_move():
    made = {line.split()[2] for line in MADE.strip().splitlines()}
    answered = {"drop_extension", "refuse_extension"}
    """Made in test_extensions: they need a request."""
    assert made | answered == set(SENT) == set(FORMS)


def test_issuing_is_no_address_of_a_finding(make, browser):
    finding = make.finding("recorded")
    browser.signed_in_as(make.reviewer)
    browser.open("POST", f"/findings/{finding.id}/issue", data={}, status=404)
    assert finding.state is State.RECORDED
    browser.open("GET", f"/findings/{finding.id}/accept", status=405)
    for number in ("0", "-1", "x", str(2**31), str(2**70)):
        browser.visit(f"/findings/{number}", status=404)


def test_another_units_finding_does_not_exist(make, browser, session):
    finding = make.finding()
    browser.signed_in_as(make.officer(make.unit()))
    assert "Không tìm thấy" in browser.get("findings.show", finding_id=finding.id, status=404).h1
    for move in ("start", "submit", "dispute", "recall"):
        send(browser, finding, move, status=404)
    assert finding.state is State.OPEN


# Bad input


@pytest.mark.parametrize(
    ("state", "who", "move", "given", "field", "sentence"),
    [
        ("open", "officer", "start", {"undertaking": " "}, "undertaking", "Nhập việc đơn vị sẽ làm"),
        ("open", "officer", "start", {"by": "mai"}, "by", "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023"),
        ("open", "officer", "start", {"by": "01/01/2020"}, "by", f"phải từ {TODAY:%d/%m/%Y} trở đi"),
        ("open", "officer", "submit", {"statement": ""}, "statement", "Nhập việc đơn vị đã làm"),
        ("open", "officer", "submit", {"files": ""}, "files", "Đính kèm ít nhất một ảnh hoặc văn bản chứng minh"),
        ("open", "officer", "submit", {"letter_on": "31/02/2023"}, "letter_on", "Không có ngày 31/02/2023"),
        ("open", "officer", "dispute", {"explanation": ""}, "explanation", "Nhập nội dung giải trình"),
        ("submitted", "head", "accept", {"method": ""}, "method", "Chọn một cách xác nhận"),
        ("submitted", "head", "accept", {"method": "by_phone"}, "method", "Chọn một"),
        ("submitted", "head", "return", {"reason": ""}, "reason", "Nhập việc đơn vị còn phải làm"),
        ("submitted", "head", "return", {"resubmit_by": "01/01/2020"}, "resubmit_by", "Chọn một ngày sau"),
        ("disputed", "head", "allow", {"decision": ""}, "decision", "Nhập số văn bản quyết định"),
        ("resolved", "head", "reopen", {"deadline": ""}, "deadline", "Nhập hạn khắc phục mới"),
        ("recorded", "head", "discard", {"reason": ""}, "reason", "Nhập lý do xóa hạn chế này"),
        ("in_progress", "officer", "progress", {"percent": "101"}, "percent", "Nhập một số từ 0 đến 100"),
        ("open", "officer", "ask_extension", {"wanted": "01/01/2020"}, "wanted", "Chọn một ngày sau"),
        ("open", "officer", "ask_extension", {"wanted": "31/12/2090"}, "wanted", "Mỗi lần chỉ đề nghị được đến"),
        ("open", "reviewer", "extend", {"reason": " "}, "reason", "Nhập lý do gia hạn"),
        ("open", "officer", "message", {"text": ""}, "text", "Nhập nội dung muốn hỏi hoặc trả lời"),
    ],
)
def test_a_refused_form_comes_back_with_what_was_typed(make, browser, hands, state, who, move, given, field, sentence):
    finding = make.finding(state)
    browser.signed_in_as(hands(finding)[who])
    page = send(browser, finding, move, status=422, **given)
    assert sentence in page.error_on(f"{move}-{field}")
    assert page.html.title.get_text().startswith("Lỗi:")
    summary = page.html.select_one(".err-sum")
    assert sentence in summary.get_text()
    assert page.html.find(id=summary.a["href"][1:]), "the summary leads to the field"
    for name, value in SENT[move].items():
        control = page.html.find(id=f"{move}-{name}")
        if name in given or control.name == "fieldset" or value == "":
            continue
        assert value in (control.get("value"), control.get_text().strip()), name
    if control := page.html.find(id=f"{move}-{field}"):
        assert not control.find_parent("details", open=False) or control.find_parent("details").has_attr("open")
    assert finding.state == state


def test_a_form_without_its_version_is_drawn_again(make, browser, hands):
    finding = make.finding()
    browser.signed_in_as(hands(finding)["officer"])
    page = send(browser, finding, "start", status=422, version="")
    assert page.html.select_one(".err-sum").get_text(" ", strip=True) == "Chưa gửi được Tải lại trang rồi gửi lại"
    assert not page.links(".err-sum a"), "nobody can go to what is hidden"
    send(browser, finding, "start", status=422, version="one")
    assert finding.state is State.OPEN


def test_what_people_type_is_kept_as_text(make, browser, hands):
    finding = make.finding()
    browser.signed_in_as(hands(finding)["officer"])
    typed_text = unicodedata.normalize("NFD", "Niêm yết <script>alert(1)</script>\r\nđủ {{ 7*7 }}.")
    send(browser, finding, "start", undertaking=typed_text)
    assert finding.undertaking == "Niêm yết <script>alert(1)</script>\nđủ {{ 7*7 }}."
    page = browser.get("findings.show", finding_id=finding.id)
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


# Two people, one finding


def test_the_second_of_two_learns_who_was_first_and_loses_nothing(make, browser, hands, session):
    finding = make.finding("submitted")
    people = hands(finding)
    seen = finding.version
    browser.signed_in_as(people["head"])
    send(browser, finding, "return", version=seen)
    browser.signed_in_as(people["reviewer"])
    page = send(browser, finding, "accept", version=seen, status=409, note="Ảnh rõ, đủ 12 thủ tục.")
    alert = page.html.select_one("main [role=alert]").get_text(" ", strip=True)
    assert alert.startswith(f"{people['head'].name} vừa cập nhật hạn chế này lúc ")
    assert "Ảnh rõ, đủ 12 thủ tục." in page.main, "typed for a move that is no longer there"
    assert finding.state is State.RETURNED
    assert page.html.title.get_text().startswith("Lỗi:")


def test_where_the_move_is_over_nothing_is_said_to_stand_in_a_form(make, browser, hands):
    finding = make.finding("submitted")
    people = hands(finding)
    browser.signed_in_as(people["head"])
    seen = finding.version
    send(browser, finding, "return", version=seen)
    page = send(browser.signed_in_as(people["reviewer"]), finding, "accept", version=seen, status=409)
    alert = page.html.select_one("main [role=alert]").get_text(" ", strip=True)
    assert alert.startswith(f"{people['head'].name} vừa cập nhật hạn chế này lúc ")
    assert alert.endswith("nên không làm được việc này nữa. Xem bản mới rồi làm tiếp.")
    assert "Nội dung đã nhập" not in page.main, "only a choice was made"


def test_what_was_typed_for_a_move_that_is_over_can_be_copied(make, browser, hands):
    finding = make.finding("in_progress")
    browser.signed_in_as(hands(finding)["officer"])
    seen = finding.version
    send(browser, finding, "submit")
    statement = "Đã niêm yết đủ 12 thủ tục.\nẢnh chụp sáng nay."
    page = send(browser, finding, "submit", version=seen, statement=statement, status=409)
    assert "bên dưới" not in page.html.select_one("main [role=alert]").get_text()
    copied = [page.html.find(id=button["data-copy"]).get_text() for button in page.html.select("main [data-copy]")]
    assert copied == [statement, "bang-niem-yet.jpg"], "the file was not sent either"


def test_an_officer_goes_back_from_a_finding_to_what_is_still_to_be_put_right(make, browser, hands):
    finding = make.finding()
    ways = {}
    for who in ("officer", "viewer"):
        page = browser.signed_in_as(hands(finding)[who]).get("findings.show", finding_id=finding.id)
        ways[who] = page.links("nav[aria-label='Đường dẫn'] a")[-1]
    assert ways == {"officer": "/findings/?timing=live", "viewer": "/findings/"}


def test_in_two_tabs_the_older_page_is_sent_again_from_the_new_state(make, browser, hands, session):
    finding = make.finding("in_progress")
    officer = hands(finding)["officer"]
    seen = finding.version
    browser.signed_in_as(make.reviewer)
    finding.follower_id = make.reviewer.id
    session.commit()
    browser.signed_in_as(officer)
    page = send(browser, finding, "submit", version=seen, status=409)
    form = page.html.select_one(f'form[action="/findings/{finding.id}/submit"]')
    assert form.select_one("textarea").get_text().strip() == "Đã niêm yết đủ."
    again = form.select_one("[name=version]")["value"]
    assert int(again) == finding.version != seen
    assert "Chọn lại tệp" in page.main
    send(browser, finding, "submit", version=again)
    assert finding.state is State.SUBMITTED


def test_sending_the_same_form_twice_does_it_once(make, browser, hands, session):
    finding = make.finding("in_progress")
    browser.signed_in_as(hands(finding)["officer"])
    form = typed(finding, "submit")
    browser.open("POST", f"/findings/{finding.id}/submit", data=form, status=303)
    page = browser.open("POST", f"/findings/{finding.id}/submit", data={**form, "files": photo()}, status=409)
    assert "vừa cập nhật hạn chế này" in page.main
    assert len(session.scalars(select(Submission)).all()) == 1


def test_a_form_that_was_sent_twice_leads_to_what_the_first_one_did(make, browser, hands, session):
    finding = make.finding("in_progress")
    browser.signed_in_as(hands(finding)["officer"])
    page = browser.get("findings.show", finding_id=finding.id)
    key = page.html.select_one(f'form[action="/findings/{finding.id}/submit"] [name=once]')["value"]
    form = typed(finding, "submit", once=key)
    first = browser.open("POST", f"/findings/{finding.id}/submit", data=form, status=303)
    again = browser.open("POST", f"/findings/{finding.id}/submit", data={**form, "files": photo()}, status=303)
    assert again.location == first.location
    assert len(session.scalars(select(Submission)).all()) == 1


# Opening


def test_a_verifier_who_opens_the_page_ends_recalling(make, browser, hands, session):
    finding = make.finding("submitted")
    people = hands(finding)
    for who in ("viewer", "officer"):
        browser.signed_in_as(people[who]).get("findings.show", finding_id=finding.id)

    def opened():
        return session.scalars(select(Submission.opened_at)).one() is not None

    assert not opened(), "only who may verify counts"
    assert "Rút lại để sửa" in browser.get("findings.show", finding_id=finding.id).buttons
    events = session.scalars(select(func.count(Event.seq))).one()
    browser.signed_in_as(people["head"]).get("findings.show", finding_id=finding.id)
    assert opened()
    assert session.scalars(select(func.count(Event.seq))).one() == events, "looking is no decision"
    browser.signed_in_as(people["officer"])
    assert "Rút lại để sửa" not in browser.get("findings.show", finding_id=finding.id).buttons
    assert "đã mở xem" in send(browser, finding, "recall", status=409).main


# What the page says


def test_the_unit_reads_why_it_came_back_and_what_to_do(make, browser, hands):
    finding = make.finding("submitted")
    people = hands(finding)
    browser.signed_in_as(people["head"])
    send(browser, finding, "return", reason="Ảnh chưa thấy 4 thủ tục lĩnh vực hộ tịch.", resubmit_by="31/12/2090")
    page = browser.signed_in_as(people["officer"]).get("findings.show", finding_id=finding.id)
    note = page.html.select_one("main .note-back").get_text(" ", strip=True)
    assert f"Bị trả lại ngày {TODAY:%d/%m/%Y}. Ảnh chưa thấy 4 thủ tục lĩnh vực hộ tịch." in note
    assert people["head"].name in note
    assert "đã gia hạn từ" in page.html.select_one(".lead-line").get_text()
    assert "sửa lại lần 1" in page.html.select_one(".stepper [aria-current=step]").get_text()
    assert page.buttons[0] == "Gửi xác nhận"
    log = [item.get_text() for item in page.html.select(".tl .strong")]
    assert log[0] == "Trả lại, yêu cầu bổ sung trước ngày 31/12/2090"
    assert log[1] == "Gửi xác nhận lần 1, kèm 1 tệp"
    assert log[-2].startswith("Giao đơn vị khắc phục, hạn ")
    assert log[-1] == "Ghi nhận khi kiểm tra"


def test_a_verifier_goes_on_to_what_else_waits(make, browser, hands):
    finding, other = make.finding("submitted"), make.finding("submitted")
    people = hands(finding)
    member = browser.signed_in_as(people["head"])
    queue = member.get("findings.show", finding_id=finding.id).html.select_one(".crumb a[href*=submitted]")["href"]
    assert finding.code in member.open("GET", queue).main
    assert other.code not in member.open("GET", queue).main, "another team's"
    send(browser, finding, "accept", method="documents")
    judged = member.get("findings.show", finding_id=finding.id)
    assert [link["href"] for link in judged.html.find_all("a", string=re.compile("đang chờ xác nhận"))] == [queue]
    leader = browser.signed_in_as(people["viewer"]).get("findings.show", finding_id=finding.id)
    assert "đang chờ xác nhận" not in leader.main


def test_while_the_team_looks_the_unit_has_nothing_to_do(make, browser, hands):
    finding = make.finding("submitted")
    page = browser.signed_in_as(hands(finding)["officer"]).get("findings.show", finding_id=finding.id)
    assert "đơn vị chưa phải làm gì thêm" in page.main


def test_a_leader_reads_and_has_nothing_to_press(make, browser, hands):
    for state in ("open", "submitted", "resolved"):
        finding = make.finding(state)
        page = browser.signed_in_as(hands(finding)["viewer"]).get("findings.show", finding_id=finding.id)
        assert page.buttons == []
        assert page.h1 == finding.title


def test_a_page_costs_the_same_however_long_its_history(make, browser, hands, session):
    finding = make.finding("returned")
    people = hands(finding)

    def cost():
        return len(browser.signed_in_as(people["reviewer"]).get("findings.show", finding_id=finding.id).queries)

    before = cost()
    for _ in range(3):
        browser.signed_in_as(people["officer"])
        send(browser, finding, "submit", files=photo(content=picture(10 * finding.version)))
        browser.signed_in_as(people["head"])
        send(browser, finding, "return")
    assert cost() == before <= 11
    assert len(session.scalars(select(Evidence)).all()) == 4


def test_a_form_that_is_too_heavy_is_refused_in_vietnamese(make, browser, hands):
    finding = make.finding("in_progress")
    browser.signed_in_as(hands(finding)["officer"])
    page = send(browser, finding, "start", status=413, undertaking="a" * (2 << 20))
    assert page.h1 == "Tệp gửi lên quá nặng"
