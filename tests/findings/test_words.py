"""Lists narrowed by words, common or rare, new or old, whoever looks: the same rows whatever the way to them."""

import pytest
from sqlalchemy import select

from inspect_app.core import counting, words
from inspect_app.core.actor import Role
from inspect_app.core.shapes import filling_with
from inspect_app.findings import queries
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import Filter, listing, narrowing
from inspect_app.units.models import Unit, UnitKind
from tests.support.days import TODAY, ago
from tests.support.plans import explained, for_all_values, plans, prepared, watched


@pytest.fixture
def limits(monkeypatch):
    """Gives `words` other numbers; statements that were built with those it had are forgotten."""
    kept = (listing._counting, listing._number_with)

    def become(**numbers):
        for name, number in numbers.items():
            monkeypatch.setattr(words, name, number)
        for statements in kept:
            statements.cache_clear()

    yield become
    become()


def test_of_many_with_common_words_some_are_looked_at_to_tell_how_many_there_are(make, browser, limits):
    limits(COMMON=2, MOST_LOOKED_AT=2)
    visit = make.visit(day=ago(9))
    make.findings_of(visit, [make.particulars() for _ in range(5)], actor=make.actor(make.head_of(visit.team)))
    told = queries.counts(make.actor(make.reviewer), Filter(words="niem yet"), today=TODAY)
    assert (told.total, told.overdue, told.capped, told.least) == (2, 0, True, 2)
    assert told.seen(50, whole=False).least == 50, "a page of fifty tells that there are fifty"
    of_a_plan = Filter(words="niem yet", plan_id=visit.plan_id)
    assert queries.counts(make.actor(make.reviewer), of_a_plan, today=TODAY).total == 5, "what is few is counted"
    page = browser.signed_in_as(make.reviewer).get("findings.index", q="niem yet")
    assert page.total == 5, "all there are stand on the page"
    assert "hơn" not in page.html.select_one("[data-total]").get_text()


def test_common_words_are_walked_from_the_newest_with_the_same_rows(make, session, limits):
    """Where PostgreSQL would gather every record that has them; the index of SQLite is walked anyway."""
    city = make.unit(kind=UnitKind.CITY)
    for unit in (make.unit(), make.unit(parent=city)):
        visit = make.visit(unit=unit, day=ago(9))
        make.findings_of(visit, [make.particulars() for _ in range(4)], actor=make.actor(make.head_of(visit.team)))
    actor, wanted = make.actor(make.reviewer), Filter(words="niem yet", unit=city)

    def asked(sort):
        told = queries.counts(actor, wanted, today=TODAY)
        query, facts = queries.chosen(actor, wanted, sort=sort, many=told.capped, newest=told.newest, today=TODAY)
        keys, downwards = queries.sort_keys(sort, facts, wanted, many=told.capped, newest=told.newest)
        page = query.order_by(*(key.desc() if downwards else key for key in keys)).limit(3)
        page = page.params(filling_with(actor, wanted))
        return told, [row.id for row in session.execute(page)], "\n".join(explained(session, page, without=()))

    gathered = [asked(sort)[1] for sort in queries.SORTS]
    assert not asked("newest")[0].newest, "of few records all are counted"
    limits(COMMON=2, MOST_LOOKED_AT=2, SAMPLE=3, NEWEST=6, A_PAGE=3)
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    told, _rows, plan = asked("newest")
    assert (told.newest, told.more) == (on_postgresql, True)
    assert not on_postgresql or "ix_finding_words" not in plan
    assert [asked(sort)[1] for sort in queries.SORTS] == gathered
    limits(A_PAGE=7)
    assert not asked("newest")[0].newest, "of what was written last too little has them"


def test_words_that_only_old_findings_have_are_found_by_their_index(make, session, browser, limits, monkeypatch):
    """PostgreSQL would walk all that came since; where everything is wanted, a page of the latest is looked at."""
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    city = make.unit(kind=UnitKind.CITY)
    for text in ("Thiếu sổ theo dõi mẫu cũ", "Chưa niêm yết thủ tục"):
        for unit in (make.unit(), make.unit(parent=city)):
            visit = make.visit(unit=unit, day=ago(9))
            several = [make.particulars(text=text) for _ in range(4)]
            make.findings_of(visit, several, actor=make.actor(make.head_of(visit.team)))
    session.commit()
    limits(COMMON=2, MOST_LOOKED_AT=2, SAMPLE=3, NEWEST=6, A_PAGE=3)
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    old = session.scalars(select(Finding.id).where(Finding.title.contains("mẫu cũ")).order_by(Finding.id.desc())).all()
    reviewer, there = make.actor(make.reviewer), make.actor(make.person(Role.REVIEWER, city))
    for actor, unit in ((reviewer, None), (reviewer, city), (there, None)):
        wanted = Filter(words="mau cu", unit=unit)
        told = queries.counts(actor, wanted, today=TODAY)
        assert (told.newest, told.capped) == (False, True)
        everywhere = actor is reviewer and unit is None
        for sort in ("newest", "deadline"):
            many = queries.are_walked(actor, wanted, told, sort=sort)
            assert many == (not on_postgresql or (everywhere and sort == "newest")), (actor.name, unit, sort)
            query, facts = queries.chosen(actor, wanted, sort=sort, many=many, newest=told.newest, today=TODAY)
            keys, downwards = queries.sort_keys(sort, facts, wanted, many=many, newest=told.newest)
            page = query.order_by(*(key.desc() if downwards else key for key in keys))
            found = [row.id for row in session.execute(page, filling_with(actor, wanted))]
            expected = old if everywhere else [number for number in old if number in _ids_at(session, city)]
            assert found == (expected if sort == "newest" else expected[::-1]), (actor.name, unit, sort)
            if everywhere and sort == "newest" and on_postgresql:
                plan = explained(session, page.limit(3).params(filling_with(actor, wanted)), without=("seqscan",))
                assert [line for line in plan if "rowid + 0" in line], "each is looked up, once they are found"
    rows, told = queries.newest_with(reviewer, "mau cu", most=5, today=TODAY)
    assert ([row.id for row in rows], told.capped) == (old[:5], True)
    browser.signed_in_as(make.reviewer)
    assert browser.get("findings.index", q="mau cu").total == len(old)


def _ids_at(session, place):
    there = select(Unit.id).where(Unit.path.startswith(place.path))
    return set(session.scalars(select(Finding.id).where(Finding.unit_id.in_(there))))


def reads(actor, wanted, sort, counts, *, whole=False):
    """Where a first page is looked for, one after the other."""
    asked = []

    def read(recent):
        asked.append("recent" if recent else "all")

    queries.first_page(actor, wanted, sort=sort, counts=counts, read=read, is_whole=lambda _found: whole)
    return asked


def test_common_words_in_a_place_are_looked_for_among_what_was_found_last(make, session, browser, limits, monkeypatch):
    city = make.unit(kind=UnitKind.CITY)
    for unit in (make.unit(parent=city), make.unit()):
        visit = make.visit(unit=unit, day=ago(9))
        make.findings_of(visit, [make.particulars() for _ in range(4)], actor=make.actor(make.head_of(visit.team)))
    actor, wanted = make.actor(make.reviewer), Filter(words="niem yet", unit=city)
    limits(COMMON=2, MOST_LOOKED_AT=2, SAMPLE=3, NEWEST=6, A_PAGE=3)
    told = queries.counts(actor, wanted, today=TODAY)
    assert reads(actor, wanted, "newest", told) == ["recent", "all"]
    assert reads(actor, wanted, "newest", told, whole=True) == ["recent"]
    assert reads(actor, wanted, "deadline", told) == ["all"], "it is read in another order"
    everywhere = Filter(words="niem yet", unit=make.root)
    assert reads(actor, everywhere, "newest", told) == ["all"], "they are not far between"

    def found(recent):
        query, facts = queries.chosen(
            actor, wanted, sort="newest", many=True, newest=told.newest, recent=recent, today=TODAY
        )
        (key,), _downwards = queries.sort_keys("newest", facts, wanted, newest=told.newest)
        return [row.id for row in session.execute(query.order_by(key.desc()).params(wanted.filling))]

    everything = found(recent=False)
    assert len(everything) == 4
    assert found(recent=True) == everything
    monkeypatch.setattr(narrowing, "RECENT", 6)
    listing._chosen.cache_clear()
    assert found(recent=True) == everything[:2]
    page = browser.signed_in_as(make.reviewer).get("findings.index", q="niem yet", unit=city.id)
    assert page.total == 4, "no whole page was among them, so all were asked"
    listing._chosen.cache_clear()


def test_common_words_of_who_sees_a_province_are_looked_for_among_what_was_found_last(make, session, monkeypatch):
    """What was found there, what their own team found elsewhere, and what has moved there."""
    elsewhere, city = make.unit(), make.unit(kind=UnitKind.CITY)
    commune, person = make.unit(parent=city), make.person(Role.REVIEWER, city)
    own = make.visit(unit=elsewhere, team=make.team(head=person), day=ago(9))
    found = []
    for visit in (make.visit(unit=commune, day=ago(9)), own, make.visit(unit=elsewhere, day=ago(9))):
        head = make.actor(make.head_of(visit.team))
        found += make.findings_of(visit, [make.particulars() for _ in range(4)], actor=head)
    found[-1].responsible_unit_id = commune.id
    session.commit()
    reader, wanted = make.actor(person), Filter(words="niem yet")

    on_postgresql = session.get_bind().dialect.name == "postgresql"

    def newest(recent):
        query, facts = queries.chosen(
            reader, wanted, sort="newest", many=True, newest=on_postgresql, recent=recent, today=TODAY
        )
        (key,), _downwards = queries.sort_keys("newest", facts, wanted, newest=on_postgresql)
        return [row.id for row in session.execute(query.order_by(key.desc()), filling_with(reader, wanted))]

    seen = [finding.id for finding in reversed(found[:8] + found[-1:])]
    assert newest(recent=False) == newest(recent=True) == seen
    monkeypatch.setattr(narrowing, "RECENT", 6)
    listing._chosen.cache_clear()
    assert newest(recent=True) == seen[:3]
    listing._chosen.cache_clear()


def test_who_sees_a_province_is_told_the_newest_of_all_first(make, limits):
    city = make.unit(kind=UnitKind.CITY)
    visit = make.visit(unit=make.unit(parent=city), day=ago(9))
    make.findings_of(visit, [make.particulars() for _ in range(8)], actor=make.actor(make.head_of(visit.team)))
    limits(COMMON=2, MOST_LOOKED_AT=2, SAMPLE=3, NEWEST=6, A_PAGE=3)
    wanted = Filter(words="niem yet")
    for reader, first in ((make.person(Role.REVIEWER, city), True), (make.reviewer, False)):
        actor = make.actor(reader)
        told = queries.counts(actor, wanted, today=TODAY)
        assert reads(actor, wanted, "newest", told) == (["recent", "all"] if first else ["all"])


def test_the_newest_with_words_are_the_same_however_many_have_them(make, limits):
    city = make.unit(kind=UnitKind.CITY)
    for unit in (make.unit(parent=city), make.unit()):
        visit = make.visit(unit=unit, day=ago(9))
        make.findings_of(visit, [make.particulars() for _ in range(4)], actor=make.actor(make.head_of(visit.team)))
    readers = [make.actor(make.reviewer), make.actor(make.person(Role.REVIEWER, city))]

    def newest(reader):
        rows, counts = queries.newest_with(reader, "niem yet", most=3, today=TODAY)
        return [row.id for row in rows], counts.total, counts.capped

    few = [newest(reader) for reader in readers]
    assert [(total, capped) for _rows, total, capped in few] == [(8, False), (4, False)]
    assert queries.newest_with(readers[0], "khong co", most=3, today=TODAY)[0] == []
    limits(COMMON=2, MOST_LOOKED_AT=2, SAMPLE=3, NEWEST=6, A_PAGE=3)
    many = [newest(reader) for reader in readers]
    assert [rows for rows, *_counts in many] == [rows for rows, *_counts in few]
    assert all(capped for *_rows, capped in many)


@pytest.mark.only_on("postgresql")
def test_what_is_walked_from_the_newest_is_planned_once_whatever_the_words(make, session, limits):
    """Rare words are planned for: of those one plan for all values would gather what another had to walk."""
    visit = make.visit(day=ago(9))
    make.findings_of(visit, [make.particulars() for _ in range(8)], actor=make.actor(make.head_of(visit.team)))
    reader = make.actor(make.reviewer)

    def kept():
        with prepared(session.connection()) as asked:
            assert len(queries.newest_with(reader, "niem yet", most=3, today=TODAY)[0]) == 3
        return [statement for statement in asked if "finding_words" in statement]

    assert kept() == []
    limits(COMMON=2, MOST_LOOKED_AT=2, SAMPLE=3, NEWEST=6, A_PAGE=3)
    (walked,) = kept()
    plan = for_all_values(session.connection(), walked, without=("seqscan", "bitmapscan", "sort"))
    assert [line for line in plan if "Scan Backward using pk_finding" in line], plan
    assert not [line for line in plan if "Sort" in line or "Bitmap" in line], plan


@pytest.mark.only_on("postgresql")
def test_the_few_that_have_a_word_are_gathered(make, session):
    """PostgreSQL takes a word that few have for one that many have, and would walk a million of them."""
    reader = make.actor(make.reviewer)
    with watched(session.connection()) as asked:
        query, facts = queries.chosen(reader, Filter(words="31135"), sort="newest", many=False, today=TODAY)
        (key,), _downwards = queries.sort_keys("newest", facts, Filter(words="31135"), many=False)
        session.execute(query.order_by(key.desc()).limit(3), filling_with(reader, Filter(words="31135")))
    plan = plans(session.connection(), asked, without=("seqscan", "sort"))
    assert not [line for line in plan if "Backward" in line], plan


@pytest.mark.only_on("postgresql")
def test_old_words_are_read_in_the_order_in_which_they_are_found(make, session):
    """Sorted by anything else, every finding that has them would be looked up for a page."""
    visit = make.visit(day=ago(9))
    make.findings_of(visit, [make.particulars() for _ in range(8)], actor=make.actor(make.head_of(visit.team)))
    reader, wanted = make.actor(make.reviewer), Filter(words="niem yet")
    with watched(session.connection()) as asked:
        query, facts = queries.chosen(reader, wanted, sort="newest", many=True, today=TODAY)
        (key,), _downwards = queries.sort_keys("newest", facts, wanted)
        assert len(session.execute(query.order_by(key.desc()).limit(3), filling_with(reader, wanted)).all()) == 3
    plan = plans(session.connection(), asked, without=("seqscan",))
    above = plan[: max(place for place, line in enumerate(plan) if "Nested Loop" in line)]
    assert not [line for line in above if "Sort" in line], plan


def test_in_a_small_place_the_words_of_each_finding_are_looked_at(make, session):
    """The index of PostgreSQL would gather every finding of the country that has them."""
    reader = make.actor(make.officer(make.unit(parent=make.unit(parent=make.unit(kind=UnitKind.CITY)))))
    with watched(session.connection()) as asked:
        queries.counts(reader, Filter(words="niem yet"), today=TODAY)
        queries.newest_with(reader, "niem yet", most=3, today=TODAY)
    plan = plans(session.connection(), asked, without=("seqscan",))
    assert not [line for line in plan if "ix_finding_words" in line or "INDEX 0:M" in line], plan


@pytest.mark.tried_on("sqlite", "postgresql")
def test_what_a_team_found_is_gathered_though_many_of_it_have_the_words(make, session, browser, monkeypatch):
    """Walked in their order, the words of all findings of the country were looked at: eight seconds at a million."""
    monkeypatch.setattr(counting, "MOST_COUNTED", 3)
    visit = make.visit(day=ago(9))
    head = make.head_of(visit.team)
    found = make.findings_of(visit, [make.particulars() for _ in range(5)], actor=make.actor(head))
    reader, newest_first = make.actor(head), [finding.id for finding in reversed(found)]
    with watched(session.connection()) as asked:
        rows, counts = queries.newest_with(reader, "niem yet", most=3, today=TODAY)
    assert ([row.id for row in rows], counts.capped) == (newest_first[:3], True)
    with watched(session.connection()) as asked_by_list:
        page = browser.signed_in_as(head).get("findings.index", q="niem yet", sort="deadline")
    assert all(finding.title in page.main for finding in found)
    pages = [one for one in (*asked, *asked_by_list) if "responsible_name" in one[0]]
    plan = plans(session.connection(), pages, without=("seqscan",))
    assert len(pages) == 2
    assert len([line for line in plan if "ix_finding_team_id" in line]) >= 2, plan


@pytest.mark.parametrize(("role", "many"), [(Role.VIEWER, 1), (Role.REVIEWER, 2)])
def test_what_was_not_issued_is_not_counted_among_the_words_of_leaders(make, browser, role, many):
    make.finding("recorded", text="Chưa niêm yết giá.")
    make.finding("open", text="Chưa niêm yết phí.")
    browser.signed_in_as(make.person(role))
    for page in ("findings.index", "home.search"):
        assert browser.get(page, q="niêm yết").total == many, page
