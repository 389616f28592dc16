"""Tasks at home: what an officer has to do next, which reports a reviewer has to answer."""

from datetime import timedelta

from inspect_app.core import clock
from inspect_app.home import queries
from tests.support.tasks import task

TODAY = clock.today()


def test_an_officer_sees_what_is_near_or_came_back_and_a_reviewer_what_was_reported(make, browser):
    unit = make.unit()
    dues = {"far": 60, "near": 12, "late": -4, "back": 50, "sent": 5}
    states = {"back": "returned", "sent": "reported"}
    made = {
        name: task(make, states.get(name, "todo"), unit=unit, text=name, due_on=TODAY + timedelta(days=due))
        for name, due in dues.items()
    }
    task(make, unit=unit, due_on=None)
    task(make, unit=make.unit(), joining=[unit])
    assert made

    officer, reviewer = make.officer(unit), make.reviewer
    assert queries.waiting(make.actor(officer), TODAY)[0] == 3
    assert queries.waiting(make.actor(reviewer), TODAY)[0] == 1
    page = browser.signed_in_as(officer).get("home.index")
    rows = [row.get_text(" ", strip=True) for row in page.html.select("[aria-labelledby=h-tasks] li h3")]
    assert rows == ["late", "near", "back"]
    assert "Thiếu số liệu." in page.main
    assert page.h1 == "Đơn vị còn 3 việc phải làm"
    browser.signed_in_as(reviewer)
    (link,) = {one for one in browser.get("home.index").links() if "confirm=1" in one}
    assert browser.visit(link).total == 1
