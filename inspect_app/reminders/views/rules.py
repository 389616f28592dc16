"""For administrators: when people are told, and what became of the mail."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.reminders.forms.settings import RuleForm
from inspect_app.reminders.models import Cause, Mail
from inspect_app.reminders.policy import RULES, SEND, may_decide
from inspect_app.reminders.queries import outbox as mails
from inspect_app.reminders.queries import rules as queries
from inspect_app.reminders.services import outbox, settings
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.paging import Sort, page
from inspect_app.web.refusing import REFUSALS, refuse

bp = Blueprint("rules", __name__, url_prefix="/reminders")
NEWEST = Sort("newest", (Mail.id,), descending=True)


@bp.get("/rules")
@for_roles(Role.ADMIN)
def index() -> ResponseReturnValue:
    _only_deciders()
    return render_template(
        "reminders/rules.html",
        told=RULES,
        rules=queries.rules(),
        causes=Cause,
        mailed=bool(current_app.config["SMTP_HOST"]),
        stuck=mails.stuck(clock.now()),
    )


@bp.route("/rules/<string:code>", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
def edit(code: str) -> ResponseReturnValue:
    _only_deciders()
    if code not in RULES:
        abort(404)
    rule, decided = queries.edited().get(code), queries.rules()[code]
    form = RuleForm(obj=decided, version=rule.version if rule else None)
    if RULES[code].cause in (Cause.EVENT, Cause.DUE):
        del form.days
    else:
        before = RULES[code].cause is Cause.BEFORE
        form.days.description = _("Nhắc trước hạn bấy nhiêu ngày.") if before else _("Cứ bấy nhiêu ngày nhắc một lần.")
    if code == SEND:
        del form.active
    if not form.is_submitted():
        return _page(code, form)
    if not form.validate():
        return _page(code, form), 422
    try:
        settings.edit_rule(
            rule,
            code,
            days=form.days.data if form.days else None,
            active=form.active.data if form.active else True,
            by_mail=form.by_mail.data,
            actor=actor(),
            today=clock.today(),
            version=form.version.data if form.version.raw_data else 0,  # none was sent where none was decided then
        )
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        now = queries.edited().get(code)
        form.version.data = now.version if now else None
        return _page(code, form, lost=status == 409), status
    flash(_("Đã ghi quy tắc. Từ lần nhắc tới sẽ làm theo quy tắc mới."))
    return redirect(url_for(".index"), 303)


def _page(code: str, form: RuleForm, *, lost: bool = False) -> str:
    return render_template(
        "reminders/rule.html", code=code, told=RULES[code], form=form, lost=lost, rule=queries.rules()[code]
    )


# Mail


@bp.get("/mail")
@for_roles(Role.ADMIN)
def mail() -> ResponseReturnValue:
    _only_deciders()
    shown = next(iter(Asked().among("show", mails.Shown)), mails.Shown.UNSENT)
    return render_template(
        "reminders/mail.html",
        page=page(mails.listing(shown), NEWEST),
        shown=shown,
        Shown=mails.Shown,
        stuck=mails.stuck(clock.now()),
        server=current_app.config["SMTP_HOST"],
        sender=current_app.config["MAIL_FROM"],
        public_url=current_app.config["PUBLIC_URL"],
    )


@bp.post("/mail/<id:mail_id>/again")
@for_roles(Role.ADMIN)
def send_again(mail_id: int) -> ResponseReturnValue:
    _only_deciders()
    one = db.session.get(Mail, mail_id) or abort(404)
    outbox.send_again(one, actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("Thư sẽ được gửi lại trong ít phút."))
    return redirect(url_for(".mail"), 303)


def _only_deciders() -> None:
    """Before anything is shown: of administrators only those over the topmost unit."""
    if not may_decide(actor()):
        raise NotAllowed("Trang này dành cho quản trị hệ thống của cấp cao nhất.")
