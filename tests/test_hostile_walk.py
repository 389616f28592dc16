"""Whatever anybody sends to any address: no fault, nothing given back raw, nothing kept in disorder.

Hostile words in every field that an address reads, the rest filled in so that the form would pass, and behind the
question mark of every page; whatever hypothesis thinks of; files of hostile names and contents in every form that takes
files; bodies that are broken at every sixth address. Everything is undone again; the counts are printed.
"""

import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inspect_app.core.text import Unreadable, clean
from tests.support.routes import ODD, everybody, method_and_endpoint, routes
from tests.support.walking import (
    WORDS,
    Answer,
    Form,
    Noted,
    NotingRequest,
    Rows,
    Walker,
    all_rows,
    take_time,
    told_one_by_one,
)
from tests.support.world import World
from tests.test_permissions import ACCESS

pytestmark = pytest.mark.long

SCRIPT = "<script>alert(1)"
MARK = "<x-mark\"'>"
CORPUS = [
    MARK,
    *ODD,
    "\0" + MARK,
    "\x1b[31m\x9f",
    "\ud7ff\ufdd0\U0010fffe",
    "\r\nSet-Cookie: a=b\r\n\r\n" + SCRIPT,
    "../../../../etc/passwd",
    "{{ config }}{% raw %}${7*7}#{7*7}" + MARK,
    "=cmd|' /C calc'!A0",
    "1e309",
    "0x1F",
    "1_000",
    "²",
    "31/12/9999",
    "2026-11-22T24:61:61+99:99",
    "[]",
    '{"$ne": null}',
    "javascript:alert(1)//" + SCRIPT,
    "//elsewhere.example/" + MARK,
    "\\\\elsewhere.example",
    "🇻🇳" * 200,
    "ﷺ" * 300,
    "2147483648",
    "9223372036854775808",
    "\t\n\t",
    "\u2028\u2029\ufeff",
]
KEPT = [
    " Nguye\u0302\u0303n Thi\u0323 \u202eA\u200b n\ufeff\r\nThu\u0309y " + SCRIPT + "</script> ",
    "e\u0301\u0302\u0303 \u1100\u1161\u11a8 A\u030a \u2126 \u2028 =1+1\t",
    MARK + "\"'><img src=x onerror=alert(1)> {{7*7}} %(x)s %s \\ % _",
]
"""Words that a form takes, and that are stored as the text they are."""
EACH = 6
"""Of the corpus, in a field alone; another six in the next field."""
AT_RANDOM = 300
AS_TYPED = {"person.sort_key": "made of the name for sorting: without a letter to begin with it begins with spaces"}
"""Columns that keep another text than what `core.text.clean` gives back, and why."""
FILE_NAMES = [
    "../../../etc/passwd.pdf",
    "..\\..\\windows\\win.ini.pdf",
    "a\0b.pdf",
    "\u202efdp.exe.pdf",
    "CON.pdf",
    "NUL",
    "aux.",
    ".htaccess",
    "x" * 500 + ".pdf",
    "a.pdf/b",
    'a"; filename="b.html',
    SCRIPT + "</script>.pdf",
    "a\r\nSet-Cookie: a=b.pdf",
    "e\u0301\u0302.pdf",
    "\uffff\ufdd0.pdf",
    "C:\\x\\y.pdf",
    "a.pdf::$DATA",
    "   .pdf",
    "🇻🇳.pdf",
    "%00%2e%2e%2f.pdf",
]
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
CONTENTS = [PDF, b"", b"\0" * 100, b"PK\x03\x04" + b"\xff" * 50, b"<html>" + SCRIPT.encode(), b"\xff\xd8\xff\xe0" * 9]
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=xYz"
PART = b'--xYz\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + SCRIPT.encode() + b"\r\n"
FILE = b'--xYz\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + PDF
BODIES: dict[str, tuple[bytes, str, dict[str, Any]]] = {
    "cut in the middle of a part": (PART + FILE[:-20], PARTS, {}),
    "cut in the head of a part": (PART + FILE[:40], PARTS, {}),
    "never ended": (PART + FILE, PARTS, {}),
    "another boundary": (PART + b"--xYz--\r\n", "multipart/form-data; boundary=aBc", {}),
    "no boundary": (PART + b"--xYz--\r\n", "multipart/form-data", {}),
    "empty boundary": (PART, "multipart/form-data; boundary=", {}),
    "long boundary": (PART, "multipart/form-data; boundary=" + "b" * 5000, {}),
    "boundary of letters that are none": (PART, 'multipart/form-data; boundary="\xc3\xa9\xff"', {}),
    "a part without a name": (b"--xYz\r\nContent-Disposition: form-data\r\n\r\na\r\n--xYz--\r\n", PARTS, {}),
    "a part without a head": (b"--xYz\r\n\r\na\r\n--xYz--\r\n", PARTS, {}),
    "a part of a charset that is none": (
        b"--xYz\r\nContent-Type: text/plain; charset=no-such\r\n"
        b'Content-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--xYz--\r\n',
        PARTS,
        {},
    ),
    "a head of a megabyte": (b"--xYz\r\nX: " + b"a" * 900_000 + b"\r\n\r\n\r\n--xYz--\r\n", PARTS, {}),
    "names within names": (
        b"a" + b"[b]" * 20_000 + b"=1&" + b"a-" * 20_000 + b"0=1&a" + b".b" * 9_000 + b"=1",
        FORM,
        {},
    ),
    "rows without end": (b"&".join(b"items-%d-text=a" % (10**n) for n in range(60)), FORM, {}),
    "ten thousand fields": (b"&".join(b"f%d=a" % n for n in range(10_000)), FORM, {}),
    "ten thousand parts": (PART * 10_000 + b"--xYz--\r\n", PARTS, {}),
    "two megabytes": (b"text=" + b"a" * 2_000_000, FORM, {}),
    "octets that are no text": (b"text=%ff%fe&%c0%80=1&statement=\xff\xfe&a=%ed%a0%80", FORM, {}),
    "NUL in a name": (b"te%00xt=a&reason=a%00b", FORM, {}),
    "half an escape": (b"text=%&reason=%e&%=%zz&&&=&=a;b", FORM, {}),
    "another charset": (b"text=+ADw-script+AD4-", FORM + "; charset=utf-7", {}),
    "JSON": (b'{"version": 1, "text": {"a": [[[[' + b"[" * 5000, "application/json", {}),
    "XML": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml", {}),
    "a kind that is none": (b"text=a", "\x01/\x02;;;=", {}),
    "no kind": (b"text=a", "", {}),
    "a length that is none": (b"text=a", FORM, {"CONTENT_LENGTH": "abc"}),
    "a length below nothing": (b"text=a", FORM, {"CONTENT_LENGTH": "-5"}),
    "less than was announced": (b"text=a", FORM, {"CONTENT_LENGTH": "5000"}),
    "a part less than was announced": (PART, PARTS, {"CONTENT_LENGTH": "5000"}),
    "more than fits": (b"text=a", FORM, {"CONTENT_LENGTH": str(10**30)}),
    "in pieces that never end": (
        PART,
        PARTS,
        {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True},
    ),
}
AWAY = {"get:monitoring.readyz", "get:imports.show", "post:imports.choose", "post:imports.write"}
"""Without a worker, and without the file that the world's import is about, 503 is the truth."""
POSTS = [pair for pair in routes(ACCESS).items() if pair[0].startswith("post:")]


def _may_not_be_kept(text: str) -> bool:
    """What `core.text.clean` would refuse or change."""
    try:
        return clean(text) != text
    except Unreadable:
        return True


def _texts(value: object) -> list[str]:
    """Every string in a cell, in lists and mappings, too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    return [text for part in value for text in _texts(part)] if isinstance(value, list | tuple) else []


class Hostile(Walker):
    """Notes what must not be, by what was asked."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.people = {role: self.world.person_as(role) for role in {role for _row, role in everybody(ACCESS)}}
        self.addresses = {row: self.address(row) for row, _role in everybody(ACCESS)}  # makes all that they are about
        self.wrong: dict[tuple[str, ...], str] = {}

    def tell(self, asked: tuple[str, ...], answer: Answer) -> Answer:
        if answer.status >= 500 and asked[0] not in AWAY:
            self.wrong[asked] = str(answer.status)
        named = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
        for raw in (SCRIPT, MARK):
            if raw in named or (answer.mimetype in {"text/html", ""} and raw in answer.text):
                self.wrong[asked] = "given back raw"
        if "set-cookie: a=b" in named.lower():
            self.wrong[asked] = "a header of theirs"
        return answer

    def look(self, asked: tuple[str, ...], before: Rows) -> None:
        """At what is kept now, and was not before."""
        for (table, key), row in all_rows().items():
            if before.get((table, key)) == row:
                continue
            for name, value in row.items():
                if f"{table}.{name}" in AS_TYPED:
                    continue
                for text in _texts(value):
                    if _may_not_be_kept(text):
                        self.wrong[(*asked, f"{table}.{name}")] = repr(text[:80])

    def send_and_look(self, row: str, pairs: list[tuple[str, Any]], about: str, before: Rows) -> Answer:
        """Sent, looked at where it was done, and the page that it leads to opened; then undone."""
        with self.world.undone():
            answer = self.tell((row, about), self.send(self.addresses[row], pairs))
            if answer.status in {200, 303}:
                self.look((row, about), before)
            if answer.status == 303 and (answer.location or "").startswith("/"):
                self.tell((row, about, "after"), self.ask("GET", answer.location or "/"))
        return answer

    def read_at(self, row: str, form: Form | None = None) -> list[str]:
        """The names that the address reads of what is sent there; of several numbered alike the first alone."""
        method, _endpoint = method_and_endpoint(row)
        Noted.names.clear()
        with self.world.undone():
            self.ask(method, self.addresses[row], **({"data": dict(form.fillings[-1])} if form else {}))
        first: dict[str, str] = {}
        for name in sorted({*Noted.names, *(form.names if form else ())} - {"csrf_token", "sent_again"}):
            first.setdefault(re.sub(r"\d+", "0", name), name)
        return list(first.values())


@pytest.fixture
def hostile(app, browser, make, monkeypatch):
    monkeypatch.setattr(app, "request_class", NotingRequest)
    take_time(app, monkeypatch)
    walker = Hostile(app, browser, World(make))
    yield walker
    print(f"\n{sum(walker.statuses.values())} requests: {dict(sorted(walker.statuses.items()))}")


@pytest.mark.tried_on("postgresql")
def test_every_field_of_every_form(hostile):
    """All texts at once, so that they are stored; then field by field, the rest as it would pass."""
    fields = done = turn = 0
    for row, role in POSTS:
        hostile.become(hostile.people[role])
        form, before = hostile.form(row), all_rows()
        names = hostile.read_at(row, form)
        filled = form.fillings[-1] if form else []
        for word in KEPT:
            for filling in form.fillings if form else []:
                pairs = [(name, word if name in form.texts and value == WORDS else value) for name, value in filling]
                done += hostile.send_and_look(row, pairs, word[:20], before).status in {200, 303}
        for name in names:
            fields += 1
            rest = [pair for pair in filled if pair[0] != name]
            for _each in range(EACH):
                turn += 1
                odd = CORPUS[turn % len(CORPUS)]
                hostile.send_and_look(row, [*rest, (name, odd)], f"{name}={odd[:20]}", before)
    print(f"{len(POSTS)} forms, {fields} fields, {len(CORPUS)} words; {done} acts done with hostile words")
    assert hostile.wrong == {}, told_one_by_one(hostile.wrong)
    assert fields > 350
    assert done >= 100


@pytest.mark.tried_on("postgresql")
def test_everything_that_is_asked_behind_a_question_mark(hostile):
    """The gate would refuse what is unreadable, and nothing would reach the view."""
    odd, names = [word[:200] for word in CORPUS if not _may_not_be_kept(word[:200])], 0
    pages = [(row, role) for row, role in routes(ACCESS).items() if row.startswith("get:")]
    for row, role in pages:
        hostile.become(hostile.people[role])
        read = hostile.read_at(row)
        names += len(read)
        for turn in range(len(odd) if read else 0):
            told = {name: odd[(turn + place) % len(odd)] for place, name in enumerate(read)}
            with hostile.world.undone():
                hostile.tell((row, str(turn)), hostile.ask("GET", hostile.address(row, **told)))
    print(f"{len(pages)} addresses, {names} names, {len(odd)} words under each")
    assert hostile.wrong == {}, told_one_by_one(hostile.wrong)
    assert names > 100


@pytest.mark.tried_on("sqlite")
def test_whatever_hypothesis_thinks_of(hostile):
    forms = {}
    for row, role in POSTS:
        hostile.become(hostile.people[role])
        form = hostile.form(row)
        if form and (names := hostile.read_at(row, form)):
            forms[row] = (role, form, names)
    before = all_rows()
    letters = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
        "\0\x1b\u0301\u202e\ufdd0\r\n\u2028<>&'\"=%{}đỆ"
    )
    values = st.text(letters, max_size=60) | st.sampled_from(CORPUS + KEPT)
    values |= st.integers(-(2**70), 2**70).map(str) | st.dates().map(str) | st.dates().map("{:%d/%m/%Y}".format)

    @settings(
        max_examples=AT_RANDOM,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(sorted(forms)), st.data())
    def sent(row, data):
        role, form, names = forms[row]
        hostile.become(hostile.people[role])
        changed = data.draw(st.dictionaries(st.sampled_from(names), values, min_size=1, max_size=3))
        rest = [pair for pair in form.fillings[-1] if pair[0] not in changed]
        hostile.send_and_look(row, rest + list(changed.items()), repr(changed)[:200], before)

    sent()
    print(f"{len(forms)} forms, {AT_RANDOM} fillings")
    assert hostile.wrong == {}, told_one_by_one(hostile.wrong)


def test_files_of_hostile_names_and_contents(hostile):
    before, asked, taken = {}, 0, 0
    for row, role in POSTS:
        hostile.become(hostile.people[role])
        form = hostile.form(row)
        if form is None or not form.files:
            continue
        asked, before = asked + 1, all_rows()
        for turn, name in enumerate(FILE_NAMES):
            for content in (PDF, CONTENTS[turn % len(CONTENTS)]):
                files = [(field, (BytesIO(content), name, "application/pdf")) for field in form.files]
                answer = hostile.send_and_look(row, form.fillings[-1] + files, f"{name[:20]}", before)
                taken += answer.status in {200, 303}
    print(f"{asked} forms that take files, {taken} times taken")
    assert hostile.wrong == {}, told_one_by_one(hostile.wrong)
    assert asked >= 5
    assert taken


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Werkzeug drops what it began
def test_broken_bodies(hostile):
    for row, role in POSTS[::6]:
        hostile.become(hostile.people[role])
        for about, (body, kind, surroundings) in BODIES.items():
            with hostile.world.undone():
                told = {"input_stream": BytesIO(body), "content_type": kind, "environ_overrides": surroundings}
                if "CONTENT_LENGTH" not in surroundings:
                    told["content_length"] = len(body)
                hostile.tell((row, about), hostile.ask("POST", hostile.addresses[row], **told))
    assert hostile.wrong == {}, told_one_by_one(hostile.wrong)
