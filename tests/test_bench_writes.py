"""What the measuring of writes makes of pages, figures and promises."""

from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import pytest

from bench.measure import report, writes
from bench.measure.forms import form_of, plain, with_file
from bench.measure.writers import needed

PAGE = """
<input type="checkbox" form="moves" name="id" value="7" checked><input type="checkbox" form="moves" name="id" value="8">
<form action="/search"><input name="q" value="x"></form>
<form action="/findings/7/accept?x=1" method="post" id="moves">
 <input type="hidden" name="once" value="k"><input type="file" name="files"><button name="go" value="1"></button>
 <input type="radio" name="method" value="documents"><input type="radio" name="method" value="on_site" checked>
 <select name="follower"><option value="1">A</option><option value="2" selected>B</option></select>
 <textarea name="note">
Đủ &amp; đúng</textarea>
</form>
""".encode()


def test_a_form_is_sent_as_it_was_drawn_without_files_and_buttons():
    form = form_of(PAGE, "/findings/7/accept")
    assert form.fields == [("id", "7"), ("once", "k"), ("method", "on_site"), ("follower", "2"), ("note", "Đủ & đúng")]
    assert form.filled({"note": "Đủ"}) == [*form.fields[:-1], ("note", "Đủ")]
    with pytest.raises(LookupError):
        form_of(PAGE, "/findings/8/accept")


def test_a_file_is_sent_beside_the_fields():
    assert plain([("a", "đ"), ("b", "1")])[1] == b"a=%C4%91&b=1"
    kind, body = with_file([("a", "đ")], "files", ("bb.pdf", "application/pdf", b"%PDF"))
    sent = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    field, file = sent.iter_parts()
    assert field.get_payload(decode=True) == "đ".encode()
    assert (file.get_filename(), file.get_content_type(), file.get_payload(decode=True)) == (
        "bb.pdf",
        "application/pdf",
        b"%PDF",
    )


def rows(**given: float) -> list[writes.Row]:
    return [writes.Row("accept", "sqlite", 10_000, **given)]  # type: ignore[arg-type]


def test_what_is_promised_as_the_least_is_missed_below_it_and_errors_are_missed_at_all():
    said = {one.promise: one for one in writes.verdicts(rows(share_by_clock=0.14, eight_to_one=0.7, errors=1))}
    assert [said[name].kept for name in ("bare part of an accept", "eight writers to one", "errors of writers")] == [
        False,
        True,
        False,
    ]
    assert "(at least 0.15)" in str(said["bare part of an accept"])


def test_figures_of_writing_stand_between_marks_of_their_own(tmp_path: Path):
    document = tmp_path / "performance.md"
    pages = f"{report.BEGINS}\npages\n{report.ENDS}\n"
    document.write_text(f"before\n{pages}{writes.BEGINS}\nold\n{writes.ENDS}\nafter\n")
    found = rows(share_by_clock=0.1, cpu_ms=12.0)
    writes.write(document, found, list(writes.verdicts(found)))
    text = document.read_text()
    assert text.startswith(f"before\n{pages}")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "0 of 1 promises kept. Missed:" in text


def test_as_many_findings_are_made_ready_as_the_writers_take():
    assert needed(rounds=2, each=3) == 9 + 2 * (24 + 24)
