"""The pages of the index: typing, pasting, the rules, publishing; what is typed is never lost."""

import io

from inspect_app.core.actor import Role
from inspect_app.grading import queries
from inspect_app.grading.models import Grade
from tests.grading.world import D, city


def test_a_table_is_opened_typed_published_and_read(make, browser, session):
    town = city(make)
    browser.signed_in_as(make.reviewer)
    page = browser.get("grading.year", year=town.year)
    once = page.html.select_one("input[name=once]")["value"]
    to = browser.post("grading.open_table", year=town.year, data={"kind": "department", "once": once}).location
    again = browser.post("grading.open_table", year=town.year, data={"kind": "department", "once": once})
    assert again.location == to
    a, b, c = (unit.id for unit in town.departments)

    page = browser.visit(to)
    version = page.html.select_one("main input[name=version]")["value"]
    typed = {"version": version, f"u{a}-total": "85,25", f"u{b}-total": "nhiều", f"u{c}-total": ""}
    refused = browser.open("POST", to, data=typed, status=422)
    assert "Nhập số từ 0 đến 100" in refused.error_on(f"u{b}-total")
    assert refused.html.select_one(f"#u{a}-total")["value"] == "85,25"
    assert refused.html.select_one(f"#u{b}-total")["value"] == "nhiều"
    typed |= {f"u{b}-total": "70"}
    browser.open("POST", to, data=typed, status=303)
    lost = browser.open("POST", to, data=typed | {f"u{a}-total": "86"}, status=409)
    assert lost.html.select_one(f"#u{a}-total")["value"] == "86,00"
    assert "85,25" in lost.main

    parts = {f"u{c}-assessed": "60", f"u{c}-surveyed": "24,5"}
    version = lost.html.select_one("main input[name=version]")["value"]
    browser.open("POST", f"{to}?parts=1", data=typed | parts | {"version": version}, status=303)
    grading = next(iter(queries.of_year(town.writer, town.year).values()))
    assert queries.scores_of(grading)[c].total == D("84.5"), "two parts make their total"

    page = browser.get("grading.publish", grading_id=grading.id)
    version = page.html.select_one("main input[name=version]")["value"]
    empty = browser.post("grading.publish", grading_id=grading.id, data={"version": version}, status=422)
    assert empty.error_on("number") == "Nhập số quyết định công bố"
    decision = {"version": version, "number": "1892/QĐ-UBND", "dated_on": f"15/06/{town.year}"}
    browser.post("grading.publish", grading_id=grading.id, data=decision)
    beaten = browser.post("grading.publish", grading_id=grading.id, data=decision, status=409)
    assert "đã công bố theo Quyết định" in beaten.main
    assert not beaten.html.select("main form")
    browser.get("grading.scores", grading_id=grading.id, status=409)
    browser.post("grading.scores", grading_id=grading.id, data=typed | {"version": "99"}, status=409)

    browser.signed_in_as(town.viewer())
    page = browser.get("grading.index")
    assert "1892/QĐ-UBND" in page.main
    assert "3 đơn vị: 2 đơn vị xếp loại Tốt (66,7%); 1 đơn vị xếp loại Khá (33,3%)" in page.main
    for link in page.html.select("main a[data-count]"):
        assert browser.visit(link["href"]).total == int(link["data-count"]), link["href"]

    browser.signed_in_as(make.officer(town.departments[0]))
    own = browser.get("profiles.show", unit_id=a)
    assert "85,25" in own.main
    assert "1/3" in own.main
    browser.get("grading.year", year=town.year, status=403)


def test_a_pasted_table_is_shown_first_and_stored_whole_or_not_at_all(make, browser, session):
    town = city(make)
    grading = town.opened()
    browser.signed_in_as(make.reviewer)
    asked = {"grading_id": grading.id, "version": grading.version}
    text = "Đơn vị\tTổng điểm\nSở A\t91\nsở b\t66,5\nSở Không Có\t50"
    wrong = browser.post("grading.paste", grading_id=grading.id, data=asked | {"text": text}, status=422)
    assert "Sở Không Có" in wrong.html.select_one("#problems").get_text()
    assert wrong.html.select_one("textarea[name=text]").get_text(strip=True).endswith("50")
    assert queries.scores_of(grading) == {}

    sent = {"file": (io.BytesIO("Sở A;91\nSở B;66,5".encode()), "điểm.csv"), "version": grading.version}
    shown = browser.post("grading.paste", grading_id=grading.id, data=sent, status=200)
    assert "2 mới" in shown.main
    assert "Sở C" in shown.main, "whom the table does not name stays as it is"
    assert queries.scores_of(grading) == {}
    form = shown.html.select_one("main form")
    fields = {field["name"]: field["value"] for field in form.select("input[name]")}
    browser.open("POST", form["action"], data=fields, status=303)
    stored = queries.results(town.writer, town.year).lines
    assert [(line.unit_name, line.now.grade) for line in stored] == [
        ("Sở A", Grade.EXCELLENT),
        ("Sở B", Grade.AVERAGE),
    ]


def test_rules_are_typed_and_a_district_reviewer_only_reads(make, browser, session):
    town = city(make)
    grading = town.opened()
    browser.signed_in_as(make.reviewer)
    page = browser.get("grading.rules", grading_id=grading.id)
    fields = {field["name"]: field.get("value", "") for field in page.html.select("main form input[name]")}
    assert (fields["good"], fields["inspected_from_1"], fields["handled_share_2"]) == ("80,00", "30,00", "")
    crossed = browser.post("grading.rules", grading_id=grading.id, data=fields | {"good": "95"}, status=422)
    assert crossed.error_on("excellent") == "Mức xếp loại cao hơn phải có điểm cao hơn"
    told = fields | {"excellent": "", "inspected_from_3": "10", "inspected_share_3": "25"}
    browser.post("grading.rules", grading_id=grading.id, data=told)
    rules = queries.rules_of(next(iter(queries.of_year(town.writer, town.year).values())))
    assert Grade.EXCELLENT not in rules.bands
    lost = browser.post("grading.rules", grading_id=grading.id, data=fields | {"good": "81"}, status=409)
    assert lost.html.select_one("#good")["value"] == "81,00"

    browser.signed_in_as(make.person(Role.REVIEWER, town.districts[0]))
    browser.get("grading.rules", grading_id=grading.id, status=403)
    assert "Mở bảng điểm" not in browser.get("grading.year", year=town.year).main
