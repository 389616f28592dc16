"""Bringing a sheet in: send it, see what each row would do, say yes to all of it."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts.services import FIRST_SECRET_LASTS
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed
from inspect_app.core.storage import Incoming, Storage
from inspect_app.sheets.forms.bringing import BringForm, ChooseForm, WriteForm, chosen, kind_of
from inspect_app.sheets.models import MEDIA_TYPES, Brought, SheetKind
from inspect_app.sheets.queries import tracking
from inspect_app.sheets.services import bringing, heads
from inspect_app.sheets.services.blank import write_blank
from inspect_app.sheets.services.declared import Secret
from inspect_app.sheets.services.kinds import KINDS, open_to
from inspect_app.sheets.services.lines import Judged, Verdict
from inspect_app.sheets.services.reading import Book
from inspect_app.web.access import actor, for_roles, unproved
from inspect_app.web.errors import say
from inspect_app.web.gate import takes_files
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.previews import alone
from inspect_app.web.refusing import REFUSALS, refuse
from inspect_app.web.uploads import clean_name

bp = Blueprint("imports", __name__, url_prefix="/imports")

HANDS = (Role.INSPECTOR, Role.OFFICER, Role.REVIEWER, Role.ADMIN)
"""Who may bring in anything; what, is for each kind to say."""
SHOWN = 200
"""Rows on a page."""
ORDER = (Verdict.WRONG, Verdict.NEW, Verdict.CHANGED, Verdict.SAME, Verdict.LEFT)


@bp.route("/", methods=["GET", "POST"])
@for_roles(*HANDS)
@takes_files
def index() -> ResponseReturnValue:
    """Send a sheet, and see those sent before."""
    form = BringForm()
    if request.method == "GET":
        form.kind.data = request.args.get("kind", "")
        return _index(form)
    is_whole, kind = form.validate(), kind_of(form, open_to(actor()))
    if not is_whole or kind is None:
        return _index(form), 422
    sent = form.files.data[0]
    file = Incoming(clean_name(sent.filename or ""), sent.mimetype or "", sent.stream)
    unscanned = list(db.session.new)  # that the scanner could not be asked about it is kept with it
    db.session.rollback()  # reading a sheet takes its time: nobody else's writing waits for it
    try:
        kept, book, sheet = bringing.receive(file, kind, storage=_storage(), limit=current_app.config["FILE_LIMIT"])
        if (led := sent_before(form)) is not None:
            db.session.rollback()
            return redirect(led, 303)
        db.session.add_all(unscanned)
        brought = bringing.bring(file.name, kept, book, sheet=sheet, kind=kind, actor=actor(), at=clock.now())
        address = leads_to(form, url_for(".show", brought_id=brought.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _index(form), status
    return redirect(address, 303)


@bp.get(f"/<any({','.join(KINDS)}):sheet>.xlsx")
@for_roles(*HANDS)
def blank(sheet: str) -> ResponseReturnValue:
    """A sheet of this kind with heads and no rows, for who has none yet."""
    kind, file = KINDS[sheet], BytesIO()
    if not kind.may(actor()):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    columns = [_(column.label) for column in kind.columns if column.shown]
    write_blank(file, columns, title=sheet, hint=_(kind.hint), about=_("Hướng dẫn"))
    file.seek(0)
    name = f"bang-mau-{sheet}.xlsx"
    return alone(
        send_file(file, mimetype=MEDIA_TYPES[SheetKind.XLSX], as_attachment=True, download_name=name, etag=False)
    )


@bp.get("/<id:brought_id>")
@for_roles(*HANDS)
def show(brought_id: int) -> ResponseReturnValue:
    return _page(_mine(brought_id), WriteForm(formdata=None))


@bp.post("/<id:brought_id>/choose")
@for_roles(*HANDS)
def choose(brought_id: int) -> ResponseReturnValue:
    """What the columns are, and which units are meant."""
    brought, form = _mine(brought_id), ChooseForm()
    if not form.validate():
        return _page(brought, WriteForm(formdata=None)), 422
    try:
        said = chosen(request.form, KINDS[brought.kind], brought.choices)
        book = _opened(brought, said["sheet"])
        bringing.choose(_mine(brought_id), book, **said, version=form.version.data)
        db.session.commit()
    except REFUSALS as refused:
        write = WriteForm(formdata=None)
        status = refuse(write, refused)
        return _page(_mine(brought_id), write), status
    flash(_("Đã kiểm tra lại theo các lựa chọn mới. Sổ chưa thay đổi gì."))
    return redirect(url_for(".show", brought_id=brought_id), 303)


@bp.post("/<id:brought_id>/write")
@for_roles(*HANDS)
def write(brought_id: int) -> ResponseReturnValue:
    """Write all of it down."""
    brought, form = _mine(brought_id), WriteForm()
    if KINDS[brought.kind].proof and (answer := unproved()) is not None:
        return answer
    if not form.validate():
        return _page(brought, form), 422
    today, seen, version = clock.today(), form.seen.data, form.version.data
    told: dict[str, Any] = {"seen": seen, "actor": actor(), "today": today}
    try:
        book = _opened(brought, int(brought.choices["sheet"]))
        found = bringing.agreed(_mine(brought_id), book, **told)
        if bringing.is_long(found):
            bringing.ask(_mine(brought_id), found, actor=actor(), today=today, at=clock.now(), version=version)
            db.session.commit()
            return redirect(url_for(".show", brought_id=brought_id), 303)
        kind = KINDS[brought.kind]
        db.session.rollback()  # making passwords takes its time: nobody else's writing waits for it
        ahead = kind.ahead(found)
        secrets = bringing.write_down(
            _mine(brought_id),
            book,
            at=clock.now(),
            storage=_storage(),
            file_limit=current_app.config["FILE_LIMIT"],
            version=version,
            ahead=ahead,
            **told,
        )
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _page(_mine(brought_id), form), status
    if secrets:  # shown this once, hence not after a redirect
        return _done_page(_mine(brought_id), secrets)
    flash(_("Đã ghi toàn bộ vào sổ."))
    return redirect(url_for(".show", brought_id=brought_id), 303)


@bp.post("/<id:brought_id>/drop")
@for_roles(*HANDS)
def drop(brought_id: int) -> ResponseReturnValue:
    """The sheet is not to be written down."""
    bringing.drop(_mine(brought_id))
    db.session.commit()
    flash(_("Đã bỏ tệp. Sổ không thay đổi."))
    return redirect(url_for(".index"), 303)


def _mine(brought_id: int) -> Brought:
    brought: Brought = one_or_404(tracking.visible_to(actor()).where(Brought.id == brought_id))
    bringing.check_may(KINDS[brought.kind], actor())
    return brought


def _opened(brought: Brought, sheet: int) -> Book:
    """Read with no transaction open: nobody else's writing waits for it. Raises Invalid."""
    sha256 = brought.sha256
    actor()
    db.session.rollback()
    return bringing.opened(sha256, sheet, storage=_storage())


def _index(form: BringForm) -> str:
    kinds = open_to(actor())
    return render_template("sheets/bring.html", form=form, kinds=kinds, labels=KINDS, rows=tracking.latest(actor()))


def _page(brought: Brought, form: WriteForm) -> str:
    kind = KINDS[brought.kind]
    if brought.done_at is not None:
        return _done_page(brought)
    if brought.is_moving:
        done = bringing.progress_of(brought, _storage())
        return render_template("sheets/brought_moving.html", brought=brought, done=done)
    try:
        book = bringing.opened(brought.sha256, int(brought.choices["sheet"]), storage=_storage())
        judged = bringing.judged(brought, book, actor=actor(), today=clock.today())
    except (Invalid, FileNotFoundError) as refused:
        why = say(refused) if isinstance(refused, Invalid) else _("Tệp này không còn được giữ. Gửi lại tệp.")
        return render_template("sheets/brought_lost.html", brought=brought, why=why)
    form.version.data, form.seen.data = brought.version, judged.digest
    shown = _asked_for(judged)
    return render_template(
        "sheets/brought.html",
        brought=brought,
        form=form,
        book=book,
        columns=bringing.columns_of(brought, book),
        heads=heads.named(book.rows, int(brought.choices["head"])),
        judged=judged,
        two_way=bringing.compares_two_ways(book, judged),
        tally=judged.tally,
        order=ORDER,
        shown=shown,
        lines=[line for line in judged.lines if line.verdict is shown][:SHOWN],
        most=SHOWN,
        kind=kind,
        letter=_letter,
        say=say,
        fault=bringing.why_not(brought),
    )


def _done_page(brought: Brought, secrets: Sequence[Secret] = ()) -> str:
    until = brought.done_at + FIRST_SECRET_LASTS if brought.done_at else None
    told = {"kind": KINDS[brought.kind], "secrets": secrets, "until": until}
    return render_template("sheets/brought_done.html", brought=brought, **told)


def _asked_for(judged: Judged[Any]) -> Verdict:
    """Which rows to show: those of `?show=`, otherwise the first kind that there is, what is wrong before all."""
    asked, tally = request.args.get("show", ""), judged.tally
    return next((one for one in ORDER if one.value == asked), next((one for one in ORDER if tally[one]), Verdict.NEW))


def _letter(place: int) -> str:
    """The column as a sheet names it: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
