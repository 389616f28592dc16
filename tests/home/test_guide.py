"""The guide as pages of the program."""

import pytest

from inspect_app.home.queries import GUIDE

PAGES = sorted(path.stem for path in GUIDE.glob("*.md"))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_guide_opens_and_its_links_lead_somewhere(make, browser, name):
    reader = browser.signed_in_as(make.person())
    page = reader.get("home.guide_page", page=name)
    for link in page.html.select("article a[href]"):
        href = link["href"]
        reader.visit(f"/guide/{'' if href == '.' else href}")


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_that_the_guide_shows_is_there(name):
    text = (GUIDE / f"{name}.md").read_text(encoding="utf-8")
    shown = [part.split(")")[0] for part in text.split("](")[1:] if part.startswith("hinh/")]
    assert [picture for picture in shown if not (GUIDE / picture).is_file()] == []


@pytest.mark.parametrize("name", ["nothing", "..", "README.md", "%2e%2e"])
def test_what_the_guide_does_not_have_is_not_found(make, browser, name):
    browser.signed_in_as(make.person()).open("GET", f"/guide/{name}", status=404)
