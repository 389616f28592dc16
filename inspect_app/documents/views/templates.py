"""Templates of letters: which is in force, sending a changed one, looking at it before it is used."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.core.storage import Storage
from inspect_app.documents import policy
from inspect_app.documents.forms import ReplaceForm, UploadForm
from inspect_app.documents.models import LetterTemplate
from inspect_app.documents.queries import templates as queries
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import KINDS
from inspect_app.documents.services import templates as services
from inspect_app.documents.services import word
from inspect_app.documents.views.letters import WORD
from inspect_app.web.access import actor, for_roles
from inspect_app.web.gate import takes_files
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.previews import alone
from inspect_app.web.refusing import REFUSALS, refuse

bp = Blueprint("letter_templates", __name__, url_prefix="/documents/templates")


@bp.get("/")
@for_roles(Role.REVIEWER)
def index() -> ResponseReturnValue:
    _only_keepers()
    return render_template("documents/templates.html", kinds=KINDS.values(), in_force=queries.all_in_force())


@bp.route("/<string:code>", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
@takes_files
def show(code: str) -> ResponseReturnValue:
    """One kind: its fields, its versions, and sending a changed one."""
    kind, form = _kind(code), UploadForm()
    if not form.is_submitted():
        return _page(kind, form)
    if not form.validate():
        return _page(kind, form), 422
    file = form.files.incoming[0]
    db.session.rollback()  # nobody waits while the file is looked at
    try:
        content = services.look(kind, file, actor=actor())
        if (led := sent_before(form)) is not None:
            db.session.rollback()
            return redirect(led, 303)
        template = services.upload(
            kind,
            content,
            name=file.name,
            note=form.note.data,
            actor=actor(),
            now=clock.now(),
            storage=_storage(),
        )
        done = leads_to(form, url_for(".version", template_id=template.id))
        db.session.commit()
    except services.Faulty as faulty:
        db.session.rollback()
        form.files.errors = [_("Mẫu có chỗ chưa dùng được, xem danh sách bên dưới. Sửa trong Word rồi tải lại.")]
        return _page(kind, form, faults=[_fault(kind, problem) for problem in faulty.problems]), 422
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _page(kind, form), status
    flash(_("Đã nhận mẫu. Xem trước, rồi đưa vào sử dụng."))
    return redirect(done, 303)


@bp.get("/<string:code>/house.docx")
@for_roles(Role.REVIEWER)
def house(code: str) -> ResponseReturnValue:
    """The house's own template, to be edited in Word."""
    kind = _kind(code)
    return _file(word.house_template(kind), f"Mau_{kind.file_name}.docx")


@bp.post("/<string:code>/house")
@for_roles(Role.REVIEWER)
def retire(code: str) -> ResponseReturnValue:
    kind = _kind(code)
    services.retire(kind, seen=_seen(), actor=actor(), today=clock.today())
    db.session.commit()
    flash(_("Đã dùng lại mẫu gốc. Văn bản lấy từ bây giờ theo mẫu này."))
    return redirect(url_for(".show", code=code), 303)


@bp.get("/versions/<id:template_id>")
@for_roles(Role.REVIEWER)
def version(template_id: int) -> ResponseReturnValue:
    """A version filled with made-up words, to be looked at without Word."""
    template, kind = _version(template_id)
    try:
        lines = word.fill(_content(template), kind.sample, lines=True).lines
    except word.Unfit:
        lines = []
    now = queries.in_force(kind.code)
    return render_template(
        "documents/version.html", template=template, kind=kind, lines=lines, now=now, seen=now.id if now else ""
    )


@bp.get("/versions/<id:template_id>.docx")
@for_roles(Role.REVIEWER)
def download(template_id: int) -> ResponseReturnValue:
    """The version as it came, fields in place."""
    template, kind = _version(template_id)
    return _file(_content(template), f"Mau_{kind.file_name}_{template.ordinal}.docx")


@bp.get("/versions/<id:template_id>/sample.docx")
@for_roles(Role.REVIEWER)
def sample(template_id: int) -> ResponseReturnValue:
    """The version filled with made-up words."""
    template, kind = _version(template_id)
    filled = word.by_template(_content(template), Letter(kind, kind.sample))
    return _file(filled, f"Xem-truoc_{kind.file_name}_{template.ordinal}.docx")


@bp.post("/versions/<id:template_id>/adopt")
@for_roles(Role.REVIEWER)
def adopt(template_id: int) -> ResponseReturnValue:
    template, kind = _version(template_id)
    services.adopt(template, seen=_seen(), actor=actor(), today=clock.today())
    db.session.commit()
    flash(_("Đã đưa mẫu vào sử dụng. Văn bản lấy từ bây giờ theo mẫu này, chỉ có bản Word."))
    return redirect(url_for(".show", code=kind.code), 303)


def _seen() -> int:
    """The version that the page showed in force, 0 for the house's own; no version's where it cannot be read."""
    form = ReplaceForm()
    return form.seen.data or 0 if form.validate() else -1


def _only_keepers() -> None:
    if not policy.may_keep_templates(actor()):
        raise NotAllowed("Mẫu văn bản do Sở Nội vụ cấp thành phố quản lý.")


def _kind(code: str) -> Kind:
    _only_keepers()
    return KINDS.get(code) or abort(404)


def _version(template_id: int) -> tuple[LetterTemplate, Kind]:
    _only_keepers()
    template = db.session.get(LetterTemplate, template_id) or abort(404)
    return template, _kind(template.kind)


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage


def _content(template: LetterTemplate) -> bytes:
    return services.content_of(template, _storage())


def _file(content: bytes, name: str) -> ResponseReturnValue:
    answer = send_file(BytesIO(content), mimetype=WORD, as_attachment=True, download_name=name, etag=False)
    return alone(answer)


def _page(kind: Kind, form: UploadForm, faults: Any = ()) -> str:
    now = queries.in_force(kind.code)
    return render_template(
        "documents/template.html",
        kind=kind,
        form=form,
        faults=faults,
        now=now,
        seen=now.id if now else "",
        versions=queries.versions(kind.code),
    )


def _fault(kind: Kind, problem: Mapping[str, Any]) -> tuple[str, str]:
    """(what is wrong, where)."""
    return _what(kind, problem), _where(problem["place"])


def _what(kind: Kind, problem: Mapping[str, Any]) -> str:
    tag = problem["tag"]
    match problem["code"]:
        case "unknown":
            meant = services.near(kind, tag)
            if meant:
                return str(_("Không có trường “%(tag)s”. Có phải “%(meant)s”?", tag=tag, meant=meant))
            return str(_("Không có trường “%(tag)s”. Xem tên trường ở bảng bên dưới.", tag=tag))
        case "list":
            return str(_("“%(tag)s” là một danh sách, phải đặt trong vòng lặp.", tag=tag))
        case "no_list":
            return str(_("“%(tag)s” không phải danh sách nên không lặp được.", tag=tag))
        case "nested":
            return str(_("Không lặp “%(tag)s” bên trong một vòng lặp khác.", tag=tag))
        case "unclosed":
            return str(_("Dấu ngoặc của trường chưa đủ: %(tag)s", tag=tag))
        case "no_end":
            return str(_("“%(tag)s” chưa có dòng kết thúc.", tag=tag))
        case "no_start":
            return str(_("“%(tag)s” không khớp với dòng mở đầu nào.", tag=tag))
        case "too_many":
            return str(_("Mẫu có quá nhiều trường."))
        case "syntax":
            return str(_("Chưa đọc được: %(tag)s", tag=tag or problem.get("why", "")))
        case _:
            return str(_("Mẫu không được dùng lệnh này: %(tag)s", tag=tag))


def _where(place: Mapping[str, Any]) -> str:
    text = place.get("text", "")
    if place.get("part") == "header":
        return str(_("Đầu trang hoặc chân trang: %(text)s", text=text))
    if place.get("part") == "notes":
        return str(_("Cước chú"))
    if "table" in place:
        return str(
            _(
                "Bảng %(table)s, hàng %(row)s, cột %(column)s: %(text)s",
                table=place["table"],
                row=place["row"],
                column=place["column"],
                text=text,
            )
        )
    return str(_("Đoạn %(number)s: %(text)s", number=place["paragraph"], text=text)) if "paragraph" in place else ""
