"""A sheet to fill in, for who has none yet."""

import pytest

from inspect_app.core.actor import Role
from inspect_app.sheets.services.heads import fields
from inspect_app.sheets.services.kinds import KINDS
from tests.sheets.reading import fetched, from_xlsx


@pytest.mark.parametrize("sheet", list(KINDS))
def test_it_has_the_heads_that_its_rows_are_read_by(make, browser, sheet):
    browser.signed_in_as(make.person(Role.ADMIN) if sheet in ("people", "grants") else make.reviewer)
    assert f"/imports/{sheet}.xlsx" in browser.get("imports.index").links()
    content = fetched(browser, f"/imports/{sheet}.xlsx")
    (heads,) = from_xlsx(content)
    wanted = [column for column in KINDS[sheet].columns if column.shown]
    assert heads == [column.label for column in wanted]
    assert fields(heads, KINDS[sheet].columns) == {column.name: place for place, column in enumerate(wanted)}
    assert from_xlsx(content, 1) == [[KINDS[sheet].hint]]


def test_nobody_gets_one_that_they_may_not_bring_in(make, browser):
    browser.signed_in_as(make.reviewer).get("imports.blank", sheet="people", status=403)
