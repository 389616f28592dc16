"""Which words are kept of a text, what a search asks for, and that the index answers as plain Python does."""

import re
from itertools import pairwise

import flask_migrate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from inspect_app.core import words
from inspect_app.core.db import db
from inspect_app.core.text import fold
from inspect_app.findings.models import Finding
from inspect_app.tasks.models import Task
from tests.support.plans import explained
from tests.test_migrations import fill

OF_FINDINGS = words.of(Finding)
SYLLABLES = [
    *"niêm yết đường dây nóng đất đai hồ sơ trễ hạn Thuỷ hoà HOÀ thủ tục niệm yên đa đại a ơ 07 007".split(),
    *("262/KH-UBND", "HC-2022-0007", "x_y", "🙂", "đ-", "40%", "'", "NEAR(", "ngày:", "Ελλάς", "市", "ß", "\u0301"),
]
written = st.lists(st.sampled_from(SYLLABLES), max_size=8).map(" ".join)
typed = st.lists(st.sampled_from([*SYLLABLES, "nie", "hc-20", "262/k", '"', '"đất đai"', "*", "OR", "-"]), max_size=4)


@pytest.mark.parametrize(
    ("query", "asks_for"),
    [
        ("Hoà Phú", "hoa phu*"),
        ("262", "262*"),
        ("262/KH-UBND", "_262_kh _kh_ubnd*"),
        ("hc-2022-0007 trễ", "_hc_2022 _2022_0007 tre*"),
        ("“đất đai” một", "_dat_dai mot*"),
        ('một "đất đai"', "mot _dat_dai"),
        ("phòng a", "phong a"),
        ("262/K", "_262_k*"),
        ("trễ trễ hạn.", "tre han*"),
        ("yết* NEAR(x) -hạn ^a: {b}", "yet _near_x han a b"),
        ("- , “” % _ 🙂 \x00", ""),
        ("x" * 10_000, "x" * words.LONGEST + "*"),
        ('"', ""),
    ],
)
def test_what_a_search_asks_for(query, asks_for):
    found = [term.word + "*" * term.begins for term in words.asked(query)]
    assert " ".join(found) == asks_for


@given(st.text(max_size=60))
def test_no_search_asks_for_more_than_the_databases_can_bear(query):
    terms = words.asked(query * 40)
    assert len(terms) <= words.MOST_ASKED
    assert all(re.fullmatch(r"_?[^\W_]+(_[^\W_]+)?", term.word) for term in terms)


def test_of_a_text_each_word_and_pair_is_kept_once():
    assert words.kept(fold("Đất đai, đất ĐAI.")) == " dat dai _dat_dai _dai_dat "
    assert words.kept(" - ").split() == []
    assert len(words.kept(" ".join(map(str, range(30_000)))).split()) == 2 * words.MOST_KEPT - 1


WORD = r"[^\W_]+"


def is_found(query, stored):
    """Said otherwise than the program says it: by looking into the text, word by word."""
    read = " ".join(re.findall(WORD, fold(stored)))
    parts = re.findall(r'"([^"]*)"|([^\s"]+)', fold(query))
    asked = [(re.findall(WORD, quoted or bare), bool(bare)) for quoted, bare in parts]
    asked = [(part, bare) for part, bare in asked if part]
    needles = []
    for part, _bare in asked:
        needles += [f" {one} {other} " for one, other in pairwise(part)] or [f" {part[0]} "]
    if asked and asked[-1][1] and len("".join(asked[-1][0])) > 1:
        needles[-1] = needles[-1].rstrip()
    return bool(needles) and all(needle in f" {read} " for needle in needles)


def found_in(session, query, **ways):
    ids = select(Finding.id).join(OF_FINDINGS.table, OF_FINDINGS.joined(words.blanks(query), **ways))
    return list(session.scalars(ids.order_by(OF_FINDINGS.newest_first.desc()), words.filling(query)))


@pytest.fixture
def texts(make, session):
    """Findings whose texts a test may write anew."""
    visit = make.visit()
    head = make.actor(make.head_of(visit.team))
    return make.findings_of(visit, [make.particulars() for _ in range(6)], actor=head)


def test_the_index_finds_what_reading_each_text_finds(texts, session):
    @settings(max_examples=30, deadline=None)
    @given(st.lists(written, min_size=6, max_size=6), st.lists(typed.map(" ".join), min_size=6, max_size=6))
    def agrees(stored, queries):
        for finding, said in zip(texts, stored, strict=True):
            finding.folded = fold(said)
        session.flush()
        for query in queries:
            expected = [f.id for f, said in zip(texts, stored, strict=True) if is_found(query, said)][::-1]
            assert found_in(session, query) == expected, query
            assert found_in(session, query, few=True) == expected, query
            assert found_in(session, query, many=True) == expected, query

    agrees()
    assert words.check(session) == []


HOSTILE = (
    *('"', '""', '"a', "*", "a*b", "^a", "a:b", "words:a", "-a", "+a", "(a", "a)", "NEAR(a b)", "a AND", "OR", "NOT a"),
    *("'", "''", "a' & 'b", "a:*", "!a", "a <-> b", "a | b", "\\", "\\'", "a\x00b", "\x00", "%", "_", "{a}", "[a]"),
    *("x" * 10_000, "x " * 5_000, "x-" * 5_000, '"' * 9_999, "\ud800", "🙂", "ﷺ" * 100, "\u0301" * 100, "ㅤ", "ß" * 99),
)


def test_nothing_that_is_typed_is_a_fault_or_an_operator(texts, session):
    for query in HOSTILE:
        for few in (False, True):
            assert found_in(session, query, few=few) == [], query
    assert found_in(session, "niem OR yet") == [], "or is a word"
    assert len(found_in(session, "niem -yet")) == 6, "a hyphen denies nothing"


def test_words_follow_their_text_and_go_with_it(texts, session):
    first, *_rest = texts
    first.folded = fold("Sổ theo dõi")
    session.flush()
    assert found_in(session, "so theo doi") == [first.id]
    assert first.id not in found_in(session, "niem yet")
    session.rollback()
    assert first.id in found_in(session, "niem yet")
    assert found_in(session, "so theo doi") == []
    assert words.check(session) == []


def test_what_was_lost_or_is_too_much_is_found_and_mended(texts, session):
    first, second, third, *_rest = texts
    session.execute(text("DELETE FROM finding_words WHERE rowid = :id"), {"id": first.id})
    OF_FINDINGS.write(session, [(second.id, "so theo doi"), (third.id + 900_000, "khong con")])
    assert words.check(session) == [("finding", n) for n in (first.id, second.id, third.id + 900_000)]
    assert words.mend(session) == 3
    assert words.check(session) == []
    assert len(found_in(session, "niem yet")) == 6


def plan_of(session, statement):
    # Without walks along the key, too: so few would always be read so.
    return "\n".join(explained(session, statement, without=("seqscan", "indexscan")))


def test_a_search_reads_no_table_whole(texts, session):
    terms, filling = words.blanks("niem yet thieu"), words.filling("niem yet thieu")
    found = select(Finding.id, Finding.title).join(OF_FINDINGS.table, OF_FINDINGS.joined(terms))
    plan = plan_of(session, found.order_by(OF_FINDINGS.newest_first.desc()).limit(51).params(filling))
    assert "Seq Scan" not in plan
    assert "SCAN finding\n" not in f"{plan}\n"
    if db.engine.dialect.name == "postgresql":
        assert "Bitmap Index Scan on ix_finding_words" in plan
        walked = select(Finding.id).join(OF_FINDINGS.table, OF_FINDINGS.joined(terms, many=True))
        assert "ix_finding_words" not in plan_of(session, walked.params(filling))
    else:
        assert "VIRTUAL TABLE INDEX" in plan
        assert "SEARCH finding USING INTEGER PRIMARY KEY" in plan
        assert "TEMP B-TREE" not in plan, "the newest come first out of the index"


@pytest.mark.usefixtures("own_app")
def test_the_migration_keeps_the_words_that_the_program_would(own_app):
    with own_app.app_context():
        fill()
        flask_migrate.downgrade(revision="0007")
        flask_migrate.upgrade()
        assert words.check(db.session) == []
        assert found_in(db.session, "bang thi") == [1]
        assert words.of(Task).differing(db.session) == []
        assert db.session.scalars(text("SELECT rowid FROM task_words")).all() == [1]
        db.session.remove()
