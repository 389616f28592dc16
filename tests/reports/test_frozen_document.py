"""The document of frozen figures: written as it comes, read where it lies, compared without being taken apart."""

import json

import pytest

from inspect_app.reports.queries.frozen.beside import Beside
from inspect_app.reports.queries.frozen.document import FACTS, Writing, canonical, read
from inspect_app.reports.queries.frozen.figures import Sums, columns_of, figures

REST = {"areas": {}, "figures": {"total": {}}, "format": "1", "note": 'nói "findings":[ và },{"area":"I"'}


def finding(finding_id, **facts):
    """One whose code has in it what stands around findings."""
    usual = {
        **dict.fromkeys(FACTS),
        "code": f'HC-{finding_id},"}},{{"area":"',
        "plan": 1,
        "unit": finding_id % 3,
        "responsible": 1,
        "area": "I",
        "counts_as": ["counted", "resolved"],
        "days_taken": finding_id,
    }
    return {"id": finding_id, **usual, **facts}


def written(findings, at_a_time=2):
    writing, lines = Writing(), [canonical(one) for one in findings]
    for first in range(0, len(lines), at_a_time):
        writing.take(lines[first : first + at_a_time])
    return bytes(writing.whole(REST))


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_it_is_written_as_it_comes_and_read_where_it_lies(number):
    findings = [finding(one) for one in range(number)]
    text = written(findings)
    assert text.decode() == canonical({**REST, "findings": findings})
    document = read(text, as_written=True)
    assert {name: document[name] for name in REST} == REST
    found = document["findings"]
    assert (len(found), found[0:number], found[1:3]) == (number, findings, findings[1:3])


def test_what_somebody_else_wrote_is_read_all_the_same():
    findings = [finding(one) for one in (3, 1, 2)]
    for text in (json.dumps({**REST, "findings": findings}), json.dumps({"findings": findings, **REST}, indent=1)):
        assert read(text.encode(), as_written=False)["findings"][0:9] == sorted(findings, key=lambda one: one["id"])


THEN = [*range(10, 20)]


@pytest.mark.parametrize("at_a_time", [1, 2, 3, 20])
@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (THEN, set()),
        (THEN, {10}),
        (THEN, {19}),
        (THEN, {12, 13, 17}),
        (THEN[1:], set()),
        (THEN[:-1], {14}),
        ([], set()),
        ([1, 2, *THEN], set()),
        ([*THEN, 20, 21], {10}),
        ([9, 11, 12, 13, 15, 19, 30], {15, 19}),
        ([1, 2], set()),
        ([30], set()),
    ],
)
def test_what_counts_otherwise_is_found_beside_what_counts_now(now, changed, at_a_time):
    """However many are compared at once."""
    before = {one: finding(one) for one in THEN}
    after = {one: finding(one, days_taken=90, area="V") if one in changed else finding(one) for one in now}
    beside = Beside(read(written(before.values()), as_written=True)["findings"])
    for first in range(0, len(now), at_a_time):
        beside.take([canonical(after[one]) for one in now[first : first + at_a_time]])
    pairs = beside.differing()
    differing = sorted(changed | {*now} ^ {*THEN})
    assert [(one.id, one.before, one.after) for one in pairs] == [
        (one, before.get(one, {}), after.get(one, {})) for one in differing
    ]

    # What was frozen sums up to what counts now, but for what differs.
    sums, then = Sums(), Sums()
    sums.add(columns_of(after.values()))
    then.add(columns_of(before.values()))
    instead = sums.with_instead((one.before for one in pairs if one.before), (one.after for one in pairs if one.after))
    units = {str(one): {"kind": "commune"} for one in range(3)}
    assert figures(instead, [], [], units) == figures(then, [], [], units)
    assert figures(then, [], [], units)["total"] == {"counted": 10, "resolved": 10, "days_taken": sum(THEN)}
