"""The bundle of evidence behind a criterion: what would be in it, and the .zip itself."""

import tempfile
from dataclasses import dataclass, replace

from flask import current_app, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core.db import db
from inspect_app.core.storage import Storage
from inspect_app.grading import queries, services
from inspect_app.grading.forms.words import CRITERIA
from inspect_app.grading.models import Criterion
from inspect_app.grading.policy import GROUPS, Award
from inspect_app.grading.queries import Document
from inspect_app.grading.views.criteria import asked_group, in_words, measured
from inspect_app.grading.views.packing import MOST_BYTES, Damaged, Line, laid_out, pack, size_of
from inspect_app.grading.views.shared import READERS, asked_day, bp, known_year
from inspect_app.grading.views.words import DOCUMENTS, proves
from inspect_app.reports.queries import Day
from inspect_app.units.models import UnitKind
from inspect_app.units.queries import root
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.formats import date as shown_day
from inspect_app.web.formats import file_size, ngettext
from inspect_app.web.forms import BaseForm
from inspect_app.web.presentation import UNIT_KINDS
from inspect_app.web.previews import alone


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is asked for, and what there is of it."""

    year: int
    day: Day
    kind: UnitKind
    criterion: Criterion
    award: Award
    lines: list[Line]
    asked: Asked

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.missing]

    @property
    def files(self) -> int:
        return len({line.place for line in self.lines if line.place})

    @property
    def size(self) -> int:
        return size_of(self.lines)

    @property
    def name(self) -> str:
        return f"minh-chung-{self.criterion}-{self.kind}-{self.year}.zip"


@bp.get("/<year:year>/evidence")
@for_roles(*READERS)
def evidence(year: int) -> ResponseReturnValue:
    """`?criterion=`, `?kind=` and `?as_of=` say which; the page lists all that would be in it."""
    return _page(_bundle(year))


@bp.post("/<year:year>/evidence")
@for_roles(*READERS)
def download(year: int) -> ResponseReturnValue:
    """The .zip. Where content is missing it is refused, unless `without_missing=1` says to go on without it."""
    bundle, form = _bundle(year), BaseForm()
    without = bool(bundle.asked.choice("without_missing"))
    refusal = _refusal(bundle, without)
    if refusal or bundle.asked.problems:
        form.form_errors.extend([refusal] if refusal else [])
        return _page(bundle, form, 422)
    db.session.rollback()  # packing takes its time: nobody else's writing waits for it
    # Closed with the answer; on the disk of the store's neighbour, since memory and /tmp may both be small.
    out = tempfile.TemporaryFile(dir=_storage().scratch)  # noqa: SIM115
    try:
        digest = pack(bundle.lines, about=_about(bundle), day=bundle.day.on, storage=_storage(), out=out)
    except Damaged as damaged:
        out.close()
        name = str(damaged.args[0])
        form.form_errors.append(_("Tệp %(name)s không còn nguyên vẹn nên chưa lập được gói", name=name))
        return _page(bundle, form, 422)
    except BaseException:
        out.close()
        raise
    city = root()
    assert city is not None
    services.record_bundle(
        city,
        actor=actor(),
        today=bundle.day.today,
        year=year,
        kind=bundle.kind,
        criterion=bundle.criterion,
        as_of=bundle.day.on,
        files=bundle.files,
        missing=len(bundle.missing),
        manifest=digest,
    )
    db.session.commit()
    out.seek(0)
    answer = send_file(
        out, mimetype="application/zip", as_attachment=True, download_name=bundle.name, etag=False, conditional=False
    )
    answer.headers["Cache-Control"] = "no-store"
    return alone(answer)


def _bundle(year: int) -> Bundle:
    asked = Asked()
    day = asked_day(asked, known_year(year))
    criterion = next(iter(asked.among("criterion", Criterion)), Criterion.INSPECTED)
    kind = asked_group(asked) or GROUPS[0]
    documents = queries.documents(actor(), year, day, criterion, kind)
    award = measured(actor(), year, day, kind, criterion)
    return Bundle(year, day, kind, criterion, award, laid_out(documents, _storage()), asked)


def _refusal(bundle: Bundle, without: bool) -> str:
    if not bundle.lines:
        return str(_("Chưa có tài liệu nào để lập gói minh chứng"))
    if bundle.size > MOST_BYTES:
        size, most = file_size(bundle.size), file_size(MOST_BYTES)
        return str(_("Gói này nặng %(size)s, mỗi gói không quá %(most)s", size=size, most=most))
    if bundle.missing and not without:
        return str(
            ngettext(
                "Thiếu nội dung của %(num)s tệp nên chưa lập được gói. Danh sách tệp thiếu ở bên dưới.",
                "Thiếu nội dung của %(num)s tệp nên chưa lập được gói. Danh sách tệp thiếu ở bên dưới.",
                len(bundle.missing),
            )
        )
    return ""


def _about(bundle: Bundle) -> list[str]:
    """What the bundle proves, for whoever opens it without the program."""
    head = [
        str(_("Chỉ số cải cách hành chính năm %(year)s", year=bundle.year)),
        f"{CRITERIA[bundle.criterion]} – {UNIT_KINDS[bundle.kind]}",
        str(_("Số liệu đến ngày %(day)s", day=shown_day(bundle.day.on))),
    ]
    rest = [
        str(_("Danh sách tài liệu: manifest.csv. Mã băm của từng tệp: SHA256SUMS.")),
        str(_("Kiểm tra: sha256sum -c SHA256SUMS")),
    ]
    return [*head, *in_words(bundle.award), *rest]


def _rows(lines: list[Line]) -> list[tuple[Document, list[Line]]]:
    """The lines as a page lists them: files of the same document stand together."""
    rows: list[tuple[Document, list[Line]]] = []
    for line in lines:
        alike = replace(line.document, file=None)
        if not rows or rows[-1][0] != alike:
            rows.append((alike, []))
        rows[-1][1].append(line)
    return rows


def _page(bundle: Bundle, form: BaseForm | None = None, status: int = 200) -> ResponseReturnValue:
    body = render_template(
        "grading/evidence.html",
        bundle=bundle,
        rows=_rows(bundle.lines),
        form=form,
        criteria=CRITERIA,
        groups=GROUPS,
        words=DOCUMENTS,
        proves=proves,
        steps=in_words(bundle.award),
        problems=bundle.asked.problems,
        said=bundle.asked.said,
    )
    return body, 422 if bundle.asked.problems else status


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
