"""Taking a list away: at once where it is small, from a worker where it is large, and what was asked for so far."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from typing import IO, Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.core.storage import Storage
from inspect_app.sheets.forms.lists import LISTS
from inspect_app.sheets.forms.opening import opened, query_of, values_of
from inspect_app.sheets.models import MEDIA_TYPES, Export, ExportState, SheetKind
from inspect_app.sheets.queries import exports as queries
from inspect_app.sheets.queries.rows import Listing, number
from inspect_app.sheets.services import exports, files, streaming
from inspect_app.sheets.services.files import Opened
from inspect_app.web.access import actor, for_roles, proved_lately, signed_in, unproved
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import OnceForm, leads_to, sent_before
from inspect_app.web.previews import alone
from inspect_app.web.refusing import REFUSALS, refuse

bp = Blueprint("exports", __name__, url_prefix="/exports")

AT_ONCE = {SheetKind.XLSX: 5000, SheetKind.CSV: 100_000}
"""Rows that go out with the answer; what has more is made by a worker."""
MOST = {SheetKind.XLSX: 1_000_000, SheetKind.CSV: 10_000_000}
"""Rows: a sheet of Excel ends at 1,048,576."""
PROVED_FIRST = frozenset({"people", "reviews"})
"""Lists that nobody takes away without having proved lately who they are."""


def _taking(listing: Listing) -> Callable[..., ResponseReturnValue]:
    def take(kind: str) -> ResponseReturnValue:
        return _take(listing, SheetKind(kind))

    view = proved_lately(take) if listing.name in PROVED_FIRST else take
    return for_roles(*listing.roles)(view) if listing.roles else signed_in(view)


for _listing in LISTS.values():
    bp.add_url_rule(
        f"/{_listing.name}.<any(xlsx,csv):kind>", _listing.name, view_func=_taking(_listing), methods=["GET"]
    )


def _take(listing: Listing, kind: SheetKind) -> ResponseReturnValue:
    """The rows of the page at the same address, in the same order."""
    query, today, now = query_of(request.args), clock.today(), clock.now()
    found = opened(listing.name, query, actor(), on=today, at=now)
    if found.table.problems:  # the page says what it could not read
        return redirect(_page_of(listing, query), 303)
    rows = number(found.table)
    if rows > AT_ONCE[kind]:
        db.session.rollback()
        return _ask_page(listing, kind, query, rows, OnceForm())
    told: dict[str, Any] = {"kind": kind, "actor": actor(), "language": _language(), "on": today, "at": now}
    if kind is SheetKind.CSV and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0":
        return _on_its_way(found, lambda: exports.hand_out(listing.name, query, rows=rows, **told), now)
    file = tempfile.TemporaryFile(dir=_storage().scratch)  # noqa: SIM115 - the answer closes it
    try:
        db.session.rollback()
        read_only(True, one_moment=True)
        cells = files.rows_of(found, kind)
        written = files.write(found, kind, file, rows=cells, language=_language(), scratch=_storage().scratch)
        db.session.rollback()
        read_only(False)
        exports.hand_out(listing.name, query, rows=written, **told)
        db.session.commit()
    except BaseException:
        file.close()
        raise
    return _sent(file, kind, found.file, now)


def _on_its_way(found: Opened, hand_out: Callable[[], object], now: datetime) -> Response:
    """The rows as they are read; HTTP/1.0 could not tell an answer that breaks off from one that is whole."""
    language, scratch = _language(), _storage().scratch
    db.session.rollback()
    read_only(False)
    hand_out()
    db.session.commit()
    read_only(True, one_moment=True)
    rows = streaming.lines(files.sheet_of(found, files.rows_of(found, SheetKind.CSV)), language=language)
    sent = stream_with_context(streaming.pieces(rows, scratch=scratch, all_read=db.session.rollback))
    # While trouble can still be answered with a page, and while the request's contexts are there to be held on to:
    # taken up only by the server, the rest would find its session closed.
    first = next(sent)

    def whole() -> Iterator[bytes]:
        with closing(sent):  # type: ignore[type-var]  # it is a generator, whatever its type says
            yield first
            yield from sent

    answer = Response(whole(), content_type=MEDIA_TYPES[SheetKind.CSV])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.file}.csv")
    answer.headers["Cache-Control"] = "no-store"
    answer.last_modified = now
    return alone(answer)


@bp.route(f"/ask/<any({','.join(LISTS)}):listing>.<any(xlsx,csv):kind>", methods=["POST"])
@signed_in
def ask(listing: str, kind: str) -> ResponseReturnValue:
    """Have a large list made: the arguments of the address are those of the list."""
    wanted, query, form = LISTS[listing], query_of(request.args), OnceForm()
    if wanted.roles and not wanted.roles & actor().roles:
        raise NotAllowed("Trang này không dành cho vai trò của tài khoản đang dùng.")
    if listing in PROVED_FIRST and (answer := unproved()) is not None:
        return answer
    today, now = clock.today(), clock.now()
    found = opened(listing, query, actor(), on=today, at=now)
    if found.table.problems:
        return redirect(_page_of(wanted, query), 303)
    rows = number(found.table)
    if not form.validate():
        return _ask_page(wanted, SheetKind(kind), query, rows, form), 422
    if rows > MOST[SheetKind(kind)]:
        raise WrongState("Danh sách có quá nhiều dòng cho một tệp Excel. Lọc bớt, hoặc tải tệp CSV.")
    try:
        if (led := sent_before(form)) is not None:
            db.session.rollback()
            return redirect(led, 303)
        asked = exports.ask(
            listing, query, SheetKind(kind), rows=rows, actor=actor(), language=_language(), on=today, at=now
        )
        address = leads_to(form, url_for(".show", export_id=asked.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _ask_page(wanted, SheetKind(kind), query, rows, form), status
    flash(_("Đã nhận yêu cầu. Tệp được lập ngay sau các tệp đang chờ trước."))
    return redirect(address, 303)


@bp.get("/")
@signed_in
def index() -> str:
    """What the reader had made, the latest first."""
    return render_template("sheets/index.html", rows=queries.latest(actor()), lists=LISTS)


@bp.get("/<id:export_id>")
@signed_in
def show(export_id: int) -> str:
    export = _mine(export_id)
    return render_template(
        "sheets/show.html",
        export=export,
        listing=LISTS[export.listing],
        back=_page_of(LISTS[export.listing], export.query),
        kept_until=export.ready_at + exports.KEPT_FOR if export.ready_at else None,
    )


@bp.get("/<id:export_id>/file")
@signed_in
def fetch(export_id: int) -> ResponseReturnValue:
    export = _mine(export_id)
    if export.listing in PROVED_FIRST and (answer := unproved()) is not None:
        return answer
    if export.state is not ExportState.READY:
        raise WrongState("Tệp này chưa lập xong hoặc đã được xóa. Xem lại tiến độ.")
    if export.reach != exports.reach_of(actor()):
        raise WrongState("Quyền của tài khoản đã thay đổi từ khi lập tệp này. Lập lại tệp từ danh sách.")
    file = _storage().open(export.sha256 or "")
    kind, ready_at = export.kind, export.ready_at or export.asked_at
    name = f"{LISTS[export.listing].file}-{export.on.isoformat()}"
    db.session.rollback()
    read_only(False)
    exports.fetched(_mine(export_id), actor=actor(), on=clock.today())
    db.session.commit()
    return _sent(file, kind, name, ready_at)


def _mine(export_id: int) -> Export:
    export: Export = one_or_404(queries.visible_to(actor()).where(Export.id == export_id))
    return export


def _sent(file: IO[bytes], kind: SheetKind, name: str, made_at: datetime) -> Response:
    """The whole file: to be saved, never shown by the browser, kept by nobody in between."""
    size = file.seek(0, 2)
    file.seek(0)
    answer = send_file(
        file,
        mimetype=MEDIA_TYPES[kind],
        as_attachment=True,
        download_name=f"{name}.{kind.value}",
        etag=False,
        conditional=False,
        last_modified=made_at,
    )
    answer.content_length = size
    answer.headers["Cache-Control"] = "no-store"
    return alone(answer)


def _ask_page(listing: Listing, kind: SheetKind, query: str, rows: int, form: OnceForm) -> str:
    return render_template(
        "sheets/ask.html",
        listing=listing,
        kind=kind,
        query=query,
        rows=rows,
        form=form,
        back=_page_of(listing, query),
        too_many=rows > MOST[kind],
    )


def _page_of(listing: Listing, query: str) -> str:
    return url_for(listing.page, **values_of(listing, query))


def _language() -> str:
    return str(get_locale() or "vi")


def _storage() -> Storage:
    return exports.storing(current_app.extensions["storage"])
