"""Every page as a person sees it: a picture at both widths, no axe violation, no sideways scrolling, no error.

Whether each text stands out from its ground costs axe two thirds of its time. Colours belong to the components, whose
sheet is looked at each time (test_script); on each page the long test measures them, at both widths.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page

from tests.browser.conftest import PHONE, PICTURES, WIDE, Site

PAGES = {
    None: {
        "sign-in": "/login",
        "forgotten": "/login/forgotten",
    },
    "sonoivu": {
        "home": "/",
        "overview": "/overview",
        "overview-2022": "/overview?year=2022&period=half",
        "compare": "/overview/compare?year=2026&other_year=2022",
        "compare-units": "/overview/compare?by=units&unit={ward}&other={district}",
        "findings": "/findings/",
        "findings-late": "/findings/?timing=overdue",
        "findings-none": "/findings/?q=zzzzzz",
        "finding-disputed": "/findings/{disputed}",
        "plans": "/plans/",
        "plan": "/plans/{plan}",
        "plan-new": "/plans/new",
        "report": "/plans/{plan}/report?as_of=2022-12-31",
        "report-mid": "/plans/{plan}/report?as_of=2022-06-30",
        "report-living": "/plans/{living}/report",
        "visits": "/visits/",
        "visit": "/visits/{visit}",
        "conclude": "/visits/{reported}/conclude",
        "tasks": "/tasks/",
        "task-lists": "/tasks/plans/",
        "task-list": "/tasks/plans/{task_list}",
        "task-giving": "/tasks/plans/{task_list}/give",
        "task-list-new": "/tasks/plans/new",
        "task-reported": "/tasks/{task_reported}",
        "task-edit": "/tasks/{task_todo}/edit",
        "units": "/units/",
        "unit": "/units/{ward}",
        "orphans": "/findings/orphans",
        "handing-on": "/units/{district}/custody",
        "urging": "/urging/",
        "urging-letter": "/urging/{letter}",
        "saved-views": "/saved-views/",
        "visit-minutes": "/visits/{visit}/minutes",
        "urging-draft": "/urging/plans/{living}/units/{ward}",
        "checklists": "/checklists/",
        "checklist": "/checklists/{checklist}",
        "letters": "/documents/templates/",
        "letter-template": "/documents/templates/conclusion",
        "letter-periods": "/documents/statistics/",
        "annex-figures": "/documents/statistics/figures?year=2022&period=year",
        "index": "/grading/2022",
        "index-empty": "/grading/2024",
        "criteria": "/grading/2022/criteria",
        "criterion": "/grading/2022/criteria/inspected?kind=department&met=1",
        "criterion-handled": "/grading/2022/criteria/handled?kind=district",
        "evidence": "/grading/2022/evidence?criterion=handled&kind=district",
        "calendar": "/calendar/",
        "terms": "/calendar/terms",
        "amend": "/visits/{visit}/amend",
        "inbox": "/inbox/",
        "profile": "/units/{ward}/profile",
        "snapshot-new": "/plans/{plan}/snapshots/new?as_of=2022-12-31",
        "snapshots": "/snapshots/",
        "snapshot": "/snapshots/{snapshot}",
        "search": "/search?q=niem+yet",
        "exports": "/exports/",
        "guide": "/guide",
        "guide-page": "/guide/so-noi-vu",
        "password": "/account/password",
        "sessions": "/account/sessions",
        "second-factor": "/account/second-factor",
        "not-found": "/findings/999999",
    },
    "truongdoan": {
        "home": "/",
        "record": "/visits/{begun}/record",
        "minutes": "/visits/{begun}/minutes/write",
        "follow-up": "/visits/{follow_up}",
        "imports": "/imports/",
        "finding-submitted": "/findings/{submitted}",
    },
    "canbo": {
        "home": "/",
        "findings": "/findings/?timing=live",
        "findings-all": "/findings/",
        "finding-returned": "/findings/{returned}",
        "finding-open": "/findings/{open}",
        "tasks": "/tasks/",
        "task-returned": "/tasks/{task_returned}",
        "profile": "/units/{ward}/profile",
        "conclusions": "/conclusions/",
        "joint-report": "/conclusions/{conclusion}/report",
        "self-inspection": "/visits/self",
    },
    "lanhdao": {"home": "/", "report": "/plans/{living}/report", "index": "/grading/2021"},
    "quantri": {
        "home": "/",
        "people": "/people/",
        "person": "/people/1",
        "person-new": "/people/new",
        "rules": "/reminders/rules",
        "log": "/log/",
        "mail": "/reminders/mail",
        "reviews": "/people/reviews/",
        "personal-data": "/people/register",
        "my-data": "/account/data",
    },
}
CASES = [(who, name, path) for who, pages in PAGES.items() for name, path in pages.items()]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize(
        ("who", "name", "path"), CASES, ids=[f"{who or 'nobody'}-{name}" for who, name, _ in CASES]
    ),
]


@cache
def addresses(site: Site) -> dict[str, int]:
    """Records of the demo that the addresses above name."""
    from sqlalchemy import select

    from inspect_app.checklists.models import Checklist
    from inspect_app.core.db import db
    from inspect_app.findings.models import LIVE, Conclusion, Finding, State
    from inspect_app.plans.models import Plan
    from inspect_app.reminders.models import Level, Urging
    from inspect_app.reports.models import Snapshot
    from inspect_app.tasks.models import Task, TaskPlan
    from inspect_app.units.models import Unit, UnitKind
    from inspect_app.visits.models import Visit as Inspection
    from inspect_app.visits.models import VisitState

    with site.app.app_context():
        ward = db.session.scalar(select(Unit.id).where(Unit.code == "31135", Unit.ended.is_(False)))

        def finding(state: State, *, of_ward: bool = False) -> int | None:
            query = select(Finding.id).where(Finding.state == state)
            return db.session.scalar(query.where(Finding.unit_id == ward) if of_ward else query)

        def inspection(state: VisitState) -> int | None:
            return db.session.scalar(select(Inspection.id).where(Inspection.state == state, Inspection.entry != "x"))

        found = {
            "ward": ward,
            "plan": db.session.scalar(select(Plan.id).where(Plan.number == "262/KH-UBND")),
            "living": db.session.scalar(select(Plan.id).where(Plan.number == "18/KH-UBND")),
            "disputed": finding(State.DISPUTED),
            "submitted": finding(State.SUBMITTED),
            "returned": finding(State.RETURNED, of_ward=True),
            "open": finding(State.OPEN, of_ward=True),
            "begun": inspection(VisitState.BEGUN),
            "reported": inspection(VisitState.REPORTED),
            "visit": inspection(VisitState.CONCLUDED),
            "follow_up": db.session.scalar(select(Inspection.id).where(Inspection.follow_up)),
            "task_list": db.session.scalar(select(TaskPlan.id).where(TaskPlan.number == "05/KH-UBND")),
            **{
                f"task_{state}": db.session.scalar(
                    select(Task.id).join(Task.plan).where(Task.state == state, TaskPlan.number == "05/KH-UBND")
                )
                for state in ("reported", "returned", "todo")
            },
            "snapshot": db.session.scalar(select(Snapshot.id)),
            "checklist": db.session.scalar(select(Checklist.id)),
            "letter": db.session.scalar(select(Urging.id).where(Urging.level == Level.LETTER_1)),
            "conclusion": db.session.scalar(
                select(Conclusion.id)
                .join(Finding, Finding.visit_id == Conclusion.visit_id)
                .where(Finding.responsible_unit_id == ward, Finding.state == State.OPEN)
            ),
            "district": db.session.scalar(
                select(Unit.id)
                .join(Finding, Finding.responsible_unit_id == Unit.id)
                .where(Unit.ended, Unit.kind == UnitKind.DISTRICT, Finding.state.in_(LIVE))
            ),
        }
        assert None not in found.values(), found
        return {name: int(number or 0) for name, number in found.items()}


Look = Callable[[str | None], Page]

WIDTHS = {WIDE: 900, PHONE: 844}
"""Of a window, with its height."""
BETWEEN = (1280, 1024)
"""Of desks and tablets in offices."""
SQUEEZED = """
    [...document.querySelectorAll("main :is(a, h2, p)")].filter(one => {
        const words = (one.innerText || "").trim(), {width, height} = one.getBoundingClientRect()
        const lines = Math.round(height / (parseFloat(getComputedStyle(one).lineHeight) || 20))
        return words.length > 23 && width < 100 && lines > 4 && words.length / lines < 8
    }).map(one => one.innerText.trim().slice(0, 40))
"""
"""What stands there a word or two a line."""


def test_a_page_is_sound_at_both_widths(site: Site, look: Look, who: str | None, name: str, path: str) -> None:
    """Axe looks at every second page as on a phone, at the others as on a desk: the components are the same."""
    turn = CASES.index((who, name, path)) % len(WIDTHS)
    expected = "404" if name == "not-found" else None
    with opened(site, look, who, path, expected) as page:
        for place, width in enumerate(WIDTHS):
            page.set_viewport_size({"width": width, "height": WIDTHS[width]})
            picture(page, f"{who or 'nobody'}-{name}-{width}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"scrolls sideways: {wide} px"
            if place == turn:
                shuts_nobody_out(page, contrast=False)
        for width in BETWEEN:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (wide <= width, page.evaluate(SQUEEZED)) == (True, []), f"at {width} px"


@pytest.mark.long
def test_a_page_shuts_nobody_out_at_any_width(site: Site, look: Look, who: str | None, name: str, path: str) -> None:
    expected = "404" if name == "not-found" else None
    with opened(site, look, who, path, expected) as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": WIDTHS[width]})
            shuts_nobody_out(page)


@contextmanager
def opened(site: Site, look: Look, who: str | None, path: str, expected: str | None) -> Iterator[Page]:
    """The page, which says nothing of trouble while it is open but for what is `expected`."""
    page = look(who)
    page.set_viewport_size({"width": WIDE, "height": WIDTHS[WIDE]})
    troubles: list[str] = []

    def noted(message: ConsoleMessage) -> None:
        if message.type == "error":
            troubles.append(message.text)

    def failed(error: Error) -> None:
        troubles.append(str(error))

    page.on("console", noted)
    page.on("pageerror", failed)
    try:
        page.goto(path.format(**addresses(site)))
        yield page
    finally:
        page.remove_listener("console", noted)
        page.remove_listener("pageerror", failed)
    assert [t for t in troubles if not (expected and expected in t)] == []


def shuts_nobody_out(page: Page, *, contrast: bool = True) -> None:
    rules = {"color-contrast": {"enabled": contrast}}
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    assert not found.response["violations"], f"at {page.viewport_size}: {found.generate_report()}"


def picture(page: Page, name: str) -> None:
    """Leave the page from top to bottom in an ignored folder, to be looked at."""
    PICTURES.mkdir(exist_ok=True)
    size = page.evaluate(
        "(({scrollWidth: width, scrollHeight: height}) => ({width, height}))(document.documentElement)"
    )
    whole = {"x": 0, "y": 0, "scale": 1, **size}
    how = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True, "clip": whole}
    browser = page.context.new_cdp_session(page)
    try:  # half the time of `page.screenshot`, which packs tighter
        taken = base64.b64decode(browser.send("Page.captureScreenshot", how)["data"])
    except Error:  # it has drawn nothing yet since the window changed; `page.screenshot` waits for that
        taken = page.screenshot(full_page=True)
    finally:
        browser.detach()
    (PICTURES / f"{name}.png").write_bytes(taken)
