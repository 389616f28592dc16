"""Tasks are found by their words: which, by whom, and how the databases look for them."""

import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy import text

from inspect_app.core import clock, counting, words
from inspect_app.core.actor import Role
from inspect_app.core.loading import load
from inspect_app.core.shapes import filling_with
from inspect_app.tasks import queries, services
from inspect_app.tasks.models import Task
from inspect_app.tasks.queries import Filter, Timing, listing
from inspect_app.tasks.services import Particulars
from inspect_app.units.models import UnitKind
from tests.support.plans import plans, watched
from tests.support.tasks import task, task_plan

TODAY = clock.today()


def page_of(actor, wanted, sort="newest", most=51):
    """The statement of the first page, as the view has it."""
    walked = queries.are_walked(actor, wanted, queries.counts(actor, wanted, today=TODAY), sort=sort)
    query, facts = queries.chosen(actor, wanted, sort=sort, walked=walked, today=TODAY)
    keys, downwards = queries.sort_keys(sort, facts, with_words=bool(wanted.words))
    ids = query.order_by(*(key.desc() if downwards else key.asc() for key in keys)).limit(most)
    return ids.params(filling_with(actor, wanted))


def found(session, actor, typed, sort="newest", **narrowed):
    return [row.id for row in session.execute(page_of(actor, Filter(words=typed, **narrowed), sort))]


@pytest.fixture
def reports(make):
    """One that the searches below mean, and one that they do not."""
    make.ward = make.unit("Phường Cái Khế")
    meant = task(
        make,
        unit=make.ward,
        text="Niêm yết đường dây nóng. Gửi ảnh chụp.",
        product="Văn bản trả lời",
        source_number="262/KH-UBND",
    )
    return meant, task(make, text="Lập quy chế làm việc.")


TYPED = (
    *("niêm yết đường dây", "niem yet duong day", "ĐƯỜNG DÂY NÓNG", "đường niêm", '"đường dây nóng"', "niem yet du"),
    *("262/kh-ubnd", "262/KH", "van ban tra loi", "phuong cai khe", "ảnh chụp"),
    unicodedata.normalize("NFD", "niêm yết đường dây"),
)


@pytest.mark.parametrize("typed", TYPED)
def test_what_was_found_as_a_piece_of_text_is_found_as_words(make, session, browser, reports, typed):
    meant, _other = reports
    assert found(session, make.actor(make.reviewer), typed) == [meant.id]
    assert found(session, make.actor(make.officer(make.ward)), typed) == [meant.id]
    browser.signed_in_as(make.reviewer)
    assert browser.get("tasks.index", q=typed).total == 1
    assert meant.title in browser.get("home.search", q=typed).main


def test_its_code_is_found_in_one_piece_and_by_its_beginning(make, session, reports):
    reviewer = make.actor(make.reviewer)
    for meant in reports:
        assert found(session, reviewer, meant.code.lower()) == [meant.id]
    assert found(session, reviewer, f"nv-{TODAY.year}-00") == [one.id for one in reversed(reports)]


@pytest.mark.parametrize("typed", ["iêm yế", "duong day nong x", "nóng đường dây x", '"dây đường"', "%", "-"])
def test_what_is_no_word_of_it_finds_nothing(make, session, reports, typed):
    for actor in (make.actor(make.reviewer), make.actor(make.officer(make.ward))):
        assert found(session, actor, typed) == []
        assert queries.counts(actor, Filter(words=typed), today=TODAY).total == 0


def test_words_follow_what_is_written_anew_and_the_unit_that_is_in_charge_next(make, session, reports):
    meant, _other = reports
    reviewer, next_unit = make.actor(make.reviewer), make.unit("Phường Tân An")
    anew = Particulars(text="Công khai thủ tục.", unit=make.ward, due_on=meant.due_on)
    load(meant, "plan", "unit")
    services.edit(meant, anew, actor=reviewer, on=TODAY, today=TODAY)
    services.hand_on(meant, next_unit, reason="Sắp xếp lại.", actor=reviewer, on=TODAY, today=TODAY)
    session.flush()
    assert found(session, reviewer, "cong khai phuong tan an") == [meant.id]
    assert found(session, reviewer, "niem yet") == found(session, reviewer, "cai khe") == []
    session.rollback()
    assert found(session, reviewer, "niem yet cai khe") == [meant.id]
    assert words.check(session) == []


def test_words_of_tasks_that_were_lost_or_are_too_much_are_found_and_mended(make, session, reports):
    lost, other = reports
    session.execute(text("DELETE FROM task_words WHERE rowid = :id"), {"id": lost.id})
    words.of(Task).write(session, [(other.id, "khac"), (other.id + 900_000, "khong con")])
    assert words.check(session) == [("task", one) for one in (lost.id, other.id, other.id + 900_000)]
    assert words.mend(session) == 3
    assert words.check(session) == []
    assert found(session, make.actor(make.reviewer), "niem yet") == [lost.id]


def test_nobody_finds_or_counts_by_words_what_they_may_not_see(make, session, browser):
    district = make.unit("Quận Ninh Kiều", kind=UnitKind.DISTRICT)
    ward, far = make.unit("Phường Cái Khế", parent=district), make.unit("Xã Phong Điền")
    own, others = task(make, unit=ward, text="Niêm yết bí mật."), task(make, unit=far, text="Niêm yết bí mật riêng.")
    for person in (make.person(Role.REVIEWER, district), make.person(Role.VIEWER, district), make.officer(ward)):
        actor, reader = make.actor(person), browser.signed_in_as(person)
        assert found(session, actor, "bi mat") == [own.id]
        assert found(session, actor, "bi mat rieng") == found(session, actor, others.code) == []
        counts = queries.counts(actor, Filter(words="bi mat"), today=TODAY)
        assert (counts.total, counts.overdue, counts.views["all"]) == (1, 0, 1)
        assert [row.id for row in queries.newest_with(actor, "bi mat", most=9, today=TODAY)] == [own.id]
        assert reader.get("tasks.index", q="bi mat").total == 1
        assert others.code not in reader.get("home.search", q="bi mat").main
    assert found(session, make.actor(make.reviewer), "bi mat") == [others.id, own.id]
    nobody = make.actor(make.head_of(make.team()))
    assert found(session, nobody, "bi mat") == []
    assert not queries.newest_with(nobody, "bi mat", most=9, today=TODAY)


@pytest.fixture
def many(make):
    """With the same words, given one after the other, due in another order, of every second the unit is late."""
    plan, unit, reviewer = task_plan(make), make.unit(kind=UnitKind.DISTRICT), make.actor(make.reviewer)
    due = [TODAY + timedelta(days=n) for n in (-9, 5, -7, 2, -3, 8)]
    wanted = [Particulars(text=f"Niêm yết lần {n}.", unit=unit, due_on=day) for n, day in enumerate(due)]
    given = services.give(plan, wanted, actor=reviewer, today=TODAY, on=TODAY - timedelta(days=30))
    make.session.commit()
    make.district = unit
    return [one.id for one in given]


@pytest.fixture
def capped(monkeypatch):
    """Counting stops elsewhere; statements that were built to stop where it did are forgotten."""
    kept = (listing._counting, listing._ready)

    def become(most):
        monkeypatch.setattr(counting, "MOST_COUNTED", most)
        for statements in kept:
            statements.cache_clear()

    yield become
    for statements in kept:
        statements.cache_clear()


def test_lists_with_words_say_the_same_however_they_are_read(make, session, many, capped):
    """Looked at one by one, gathered by the index of words, walked because many have them."""

    def asked(actor, **narrowed):
        rows = {sort: found(session, actor, "niem yet", sort, **narrowed) for sort in (*queries.SORTS, "-newest")}
        counts = queries.counts(actor, Filter(words="niem yet", **narrowed), today=TODAY)
        return rows, (counts.total, counts.overdue)

    country, part = make.actor(make.reviewer), make.actor(make.person(Role.REVIEWER, make.district))
    ways = [{}, {"timing": Timing.LIVE}, {"unit": make.district}, {"year": TODAY.year}, {"as_of": TODAY}]
    told = [asked(actor, **way) for actor in (country, part) for way in ways]
    assert told == [told[0]] * len(told)
    rows, counts = told[0]
    assert rows["newest"] == many[::-1]
    assert rows["due"] == [many[n] for n in (0, 2, 4, 3, 1, 5)]
    assert counts == (6, 3)

    capped(2)
    assert queries.counts(country, Filter(words="niem yet"), today=TODAY).capped
    assert [found(session, country, "niem yet", sort) for sort in queries.SORTS] == [rows[s] for s in queries.SORTS]


def led(session, browser, **asked):
    """The plans of the statements that look for words: of what is counted, of a page of the list, of the search."""

    def of_page(endpoint, **args):
        with watched(session.connection()) as statements:
            browser.get(endpoint, q="niem yet", **args)
        session.expire_all()
        with_words = [one for one in statements if "task_words" in one[0]]
        return ["\n".join(plans(session.connection(), [one], without=("seqscan", "indexscan"))) for one in with_words]

    return [*of_page("tasks.index", **asked), *of_page("home.search")]


def test_rare_words_lead_to_tasks_and_common_ones_are_met_from_the_newest_on(make, session, browser, many, capped):
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    by_index = "Bitmap Index Scan on ix_task_words" if on_postgresql else "VIRTUAL TABLE INDEX 0:M"
    browser.signed_in_as(make.reviewer)
    rare = led(session, browser)
    assert [by_index in plan for plan in rare] == [True] * 3, rare
    capped(2)
    _counted, page, searched = led(session, browser)
    assert (by_index in page, by_index in searched) == (not on_postgresql, True)
    assert on_postgresql or "TEMP B-TREE" not in page, "the newest come first out of the index"


def test_the_words_of_what_is_few_are_looked_at_one_by_one(make, session, browser, many):
    """SQLite would ask its index anew for each task of a part."""
    browser.signed_in_as(make.reviewer)
    of_all = [led(session, browser, timing="live")[:2], led(session, browser, unit=make.district.id)[:2]]
    browser.signed_in_as(make.person(Role.REVIEWER, make.district))
    of_a_part = led(session, browser)
    if session.get_bind().dialect.name == "postgresql":
        of_a_part.pop()  # the search: which of the two is less, it knows by itself
    for plan in (*of_all[0], *of_all[1], *of_a_part):
        assert "ix_task_words" not in plan
        assert "0:M" not in plan
