"""Composition root: the only module that knows every feature."""

import logging
from dataclasses import fields
from typing import Any

import structlog
from flask import Flask, g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from inspect_app.accounts import views as accounts
from inspect_app.accounts.services import following
from inspect_app.checklists import views as checklists
from inspect_app.config import ROOT, Config
from inspect_app.core import audit, clock, libraries, scanning, sealing
from inspect_app.core.actor import Actor, Role
from inspect_app.core.applog import Printer
from inspect_app.core.connections import binds, engine_options
from inspect_app.core.db import db
from inspect_app.core.storage import opening
from inspect_app.documents import panels as document_panels
from inspect_app.documents import views as documents
from inspect_app.findings import forms as finding_forms
from inspect_app.findings import panels as finding_panels
from inspect_app.findings import views as findings
from inspect_app.findings.services import counts, custody
from inspect_app.grading import panels as grading_panels
from inspect_app.grading import views as grading
from inspect_app.home import views as home
from inspect_app.plans import queries as plans
from inspect_app.plans import views as plan_pages
from inspect_app.reminders import panels as reminder_panels
from inspect_app.reminders import views as reminders
from inspect_app.reminders.services import events as notices_of_events
from inspect_app.reports import panels as report_panels
from inspect_app.reports import views as reports
from inspect_app.reports.views import overview, snapshots
from inspect_app.reports.views import profile as unit_profile
from inspect_app.sheets import panels as sheet_panels
from inspect_app.sheets import views as sheets
from inspect_app.sheets.forms.lists import LISTS
from inspect_app.sheets.forms.opening import opened
from inspect_app.sheets.services.kinds import KINDS as SHEETS
from inspect_app.tasks import forms as task_forms
from inspect_app.tasks import panels as task_panels
from inspect_app.tasks import views as tasks
from inspect_app.units import views as units
from inspect_app.upkeep.jobs import log as of_the_log
from inspect_app.upkeep.views import infected, monitoring, refusals
from inspect_app.upkeep.views import log as log_pages
from inspect_app.visits import panels as visit_panels
from inspect_app.visits import views as visit_pages
from inspect_app.web import (
    access,
    assets,
    commanding,
    drafts,
    errors,
    formats,
    gate,
    health,
    language,
    navigation,
    panels,
    presentation,
    standby,
    templating,
)
from inspect_app.web import views as sending
from inspect_app.web.cookie import Cookie
from inspect_app.workdays import views as workdays

INSPECTION = frozenset({Role.REVIEWER, Role.INSPECTOR, Role.OFFICER, Role.VIEWER})
"""Who has to do with plans, visits and findings: everybody but administrators."""


def create_app(config: Config | None = None) -> Flask:
    """The program, ready to serve, set up from the environment unless told otherwise.

    Raises BadSetting, and ModuleNotFoundError for a library that would be missed later.
    """
    libraries.must_be_there()
    config = config or Config.from_environ()
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=None,
        instance_path=str(config.INSTANCE_PATH),
    )
    app.jinja_environment = templating.Environment
    _settings(app, config)
    db.init_app(app)
    Compress(app)
    audit.configure(
        config.AUDIT_KEY.encode(),
        [following.listen, custody.listen],
        earlier=[key.encode() for key in config.AUDIT_KEY_FALLBACKS],
        tellers=[notices_of_events.tell],
        closers=[counts.keep],
    )
    sealing.configure([config.SECRET_KEY, *config.SECRET_KEY_FALLBACKS])
    app.extensions["storage"] = opening.opened(config)
    app.extensions["scanner"] = scanning.at(config.CLAMAV) if config.CLAMAV else None
    app.extensions["anchor"] = lambda why: of_the_log.anchor_now(app, why)
    refusals.init_app(app)

    app.session_interface = Cookie()
    gate.init_app(app)
    CSRFProtect(app)
    access.init_app(
        app,
        load_visitor=accounts.load_visitor,
        load_actor=_actor,
        sign_in_first=accounts.sign_in_first,
        prove_first=accounts.prove_first,
    )
    app.extensions["seats"] = plans.seats_in_sql
    app.extensions["reach_by_teams"] = lambda person_id: plans.reach_of(person_id, clock.today())
    language.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    formats.init_app(app)
    drafts.init_app(app)
    infected.init_app(app)
    presentation.init_app(app)
    standby.init_app(app)
    monitoring.init_app(app)
    _frame(app)
    _panels(app)
    _lists(app)
    for blueprint in (
        health.bp,
        monitoring.bp,
        sending.bp,
        home.bp,
        accounts.bp,
        accounts.kept,
        accounts.outside,
        accounts.people,
        accounts.reviews,
        accounts.personal,
        accounts.saved,
        workdays.bp,
        units.bp,
        plan_pages.bp,
        tasks.bp,
        checklists.bp,
        visit_pages.bp,
        findings.bp,
        findings.conclusions,
        findings.evidence,
        findings.recording,
        reports.bp,
        overview.bp,
        unit_profile.bp,
        snapshots.bp,
        documents.bp,
        documents.letter_templates,
        grading.bp,
        reminders.inbox,
        reminders.feeds,
        reminders.rules,
        reminders.urging,
        sheets.exports,
        sheets.imports,
        log_pages.bp,
    ):
        app.register_blueprint(blueprint)
    commanding.init_app(app, _commands)
    return app


def _commands(app: Flask) -> None:
    from inspect_app import cli

    cli.init_app(app)


def _settings(app: Flask, config: Config) -> None:
    app.config.update({item.name: getattr(config, item.name) for item in fields(config)})
    url = config.database_url
    connecting: dict[str, Any] = {
        "pool": config.POOL_SIZE,
        "overflow": config.POOL_OVERFLOW,
        "statement": config.STATEMENT_SECONDS,
        "prepare": config.PREPARE,
    }
    app.config.update(
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url, **connecting),
        SQLALCHEMY_BINDS=binds(config.REPORT_DATABASE_URL, **connecting),
        SESSION_COOKIE_NAME="__Host-session" if config.SECURE_COOKIES else "session",
        SESSION_COOKIE_SECURE=config.SECURE_COOKIES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=config.UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=config.FORM_LIMIT,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=list(config.TRUSTED_HOSTS) or None,
        SECRET_KEY_FALLBACKS=list(config.SECRET_KEY_FALLBACKS),
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_STREAMING_ENDPOINT_CONDITIONAL=["static", "assets"],
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["today"] = clock.today
    if config.PROXIES:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.PROXIES, x_proto=config.PROXIES, x_host=config.PROXIES
        )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_named: Printer(),
    )


def _actor(found: Any) -> Actor:
    if not found.is_authenticated:
        return Actor(person_id=None, name="", request_id=g.request_id)
    return accounts.actor_of(found, request_id=g.request_id)


def _frame(app: Flask) -> None:
    frame = navigation.init_app(app)
    frame.describe = accounts.describe
    frame.notice = _notice
    frame.bell = lambda actor: navigation.Bell(url_for("inbox.index"), home.counted(actor)[1])
    frame.entries = [
        navigation.Entry("home.index", _l("Việc cần làm"), "list-check", count=lambda actor: home.counted(actor)[0]),
        navigation.Entry(
            "overview.index",
            _l("Tổng quan"),
            "dashboard",
            frozenset({Role.REVIEWER, Role.VIEWER}),
            below=("overview",),
        ),
        navigation.Entry(
            "findings.index",
            _l("Hạn chế"),
            "clipboard-list",
            INSPECTION - {Role.OFFICER},
            below=("findings", "urging"),
        ),
        navigation.Entry(
            "findings.index",
            _l("Hạn chế của đơn vị"),
            "clipboard-list",
            frozenset({Role.OFFICER}),
            unless=INSPECTION - {Role.OFFICER},
            below=("findings",),
            short=_l("Hạn chế"),
            asks={"timing": "live"},
        ),
        navigation.Entry("tasks.index", _l("Nhiệm vụ"), "notes", INSPECTION - {Role.INSPECTOR}, below=("tasks",)),
        navigation.Entry(
            "conclusions.index",
            _l("Kết luận kiểm tra"),
            "file-text",
            frozenset({Role.OFFICER}),
            below=("conclusions",),
            short=_l("Kết luận"),
        ),
        navigation.Entry(
            "profiles.own",
            _l("Hồ sơ đơn vị"),
            "building",
            frozenset({Role.OFFICER}),
            below=("profiles",),
            short=_l("Hồ sơ"),
        ),
        navigation.Entry(
            "plans.index",
            _l("Kế hoạch và báo cáo"),
            "report",
            INSPECTION,
            below=("plans", "reports", "snapshots", "checklists", "documents", "letter_templates"),
            short=lazy_pgettext("plural", "Báo cáo"),
        ),
        navigation.Entry(
            "visits.index",
            _l("Cuộc kiểm tra"),
            "clipboard-check",
            INSPECTION,
            below=("visits", "recording"),
            short=_l("Kiểm tra"),
        ),
        navigation.Entry(
            "grading.index",
            _l("Chỉ số CCHC"),
            "trophy",
            frozenset({Role.REVIEWER, Role.VIEWER}),
            below=("grading",),
            short=_l("Chỉ số"),
        ),
        navigation.Entry(
            "units.index",
            lazy_pgettext("plural", "Đơn vị"),
            "building",
            frozenset({Role.ADMIN, Role.REVIEWER}),
            below=("units",),
        ),
        navigation.Entry(
            "workdays.index",
            _l("Lịch làm việc"),
            "calendar-event",
            frozenset({Role.ADMIN, Role.REVIEWER}),
            below=("workdays",),
            short=lazy_pgettext("plural", "Lịch"),
        ),
        navigation.Entry(
            "people.index", _l("Người dùng"), "users", frozenset({Role.ADMIN}), below=accounts.ABOUT_PEOPLE
        ),
        navigation.Entry("rules.index", _l("Nhắc việc"), "bell", frozenset({Role.ADMIN}), below=("rules",)),
        navigation.Entry("log.index", _l("Nhật ký"), "history", frozenset({Role.ADMIN}), below=("log",)),
        navigation.Entry("home.guide", _l("Hướng dẫn"), "help-circle"),
    ]


def _notice() -> str:
    """To whoever looks at the demo: what in it is real and what is not."""
    if not getattr(access.visitor(), "demo", False):
        return ""
    return str(
        _(
            "Dữ liệu minh họa. Số tổng của kế hoạch 262/KH-UBND, 31 cuộc kiểm tra đột xuất và 288 lượt tự kiểm tra "
            "năm 2022 lấy từ báo cáo công khai; danh sách đơn vị, nội dung hạn chế và người là minh họa."
        )
    )


def _lists(app: Flask) -> None:
    """Whose views may be saved."""
    app.extensions["lists"] = {
        "findings.index": accounts.SavedList(_l("Hạn chế"), finding_forms.ARGUMENTS),
        "tasks.index": accounts.SavedList(_l("Nhiệm vụ"), task_forms.ARGUMENTS),
        "visits.index": accounts.SavedList(_l("Cuộc kiểm tra"), visit_pages.lists.ARGUMENTS),
        "plans.index": accounts.SavedList(_l("Kế hoạch kiểm tra"), plan_pages.plans.ARGUMENTS),
    }
    app.jinja_env.globals["saved_views"] = accounts.shown_with
    app.jinja_env.globals["outside_name"] = accounts.outside_name
    app.extensions["sheets"] = opened


def _panels(app: Flask) -> None:
    wall = panels.init_app(app)
    for listing in LISTS.values():
        wall.hang(f"{listing.page}.tools", sheet_panels.download(listing), "sheets/_download.html")
    wall.add_column("plans.index", _l("Đã khắc phục"), report_panels.beside, "reports/_column.html")
    wall.hang("plans.actions", report_panels.steps, "reports/_steps.html")
    wall.hang("plans.show", report_panels.plan, "reports/_progress.html")
    wall.hang("plans.show", visit_panels.targets, "visits/_plan_targets.html")
    wall.hang("units.actions", report_panels.profile, "reports/_profile_link.html")
    wall.hang("reports.actions", report_panels.freezing, "reports/_freeze_button.html")
    wall.hang("overview.actions", report_panels.freezing_year, "reports/_freeze_button.html")
    wall.hang("units.show", finding_panels.at_unit, "findings/_unit_findings.html")
    wall.hang("units.show", visit_panels.at_unit, "visits/_unit_visits.html")
    wall.hang("units.show", task_panels.at_unit, "tasks/_unit_tasks.html")
    wall.hang("reports.profile", grading_panels.at_unit, "grading/_unit.html")
    wall.hang("reports.profile", task_panels.on_profile, "tasks/_unit_tasks.html")
    wall.hang("overview.show", task_panels.of_year, "tasks/_year_lists.html")
    wall.hang("reports.beside", task_panels.beside_plan, "tasks/_year_lists.html")
    wall.hang("visits.show", finding_panels.earlier, "findings/_recheck.html")
    wall.hang("visits.show", visit_panels.said, "visits/_said.html")
    wall.hang("findings.actions", reminder_panels.urging, "reminders/_urging_link.html")
    wall.hang("findings.bulk", reminder_panels.urging, "reminders/_urging_button.html")
    wall.hang("findings.bulk", sheet_panels.ticked, "sheets/_ticked.html")
    wall.hang("findings.actions", sheet_panels.bringing, "sheets/_bring_link.html")
    wall.hang("units.index.actions", sheet_panels.bringing_of(SHEETS["units"]), "sheets/_bring_link.html")
    wall.hang("people.actions", sheet_panels.bringing_of(SHEETS["people"]), "sheets/_bring_link.html")
    wall.hang("plans.index.actions", sheet_panels.bringing_history, "sheets/_history_link.html")
    wall.hang("plans.aside", sheet_panels.origin, "sheets/_origin.html")
    wall.hang("reports.plan", sheet_panels.origin_of_report, "sheets/_origin_note.html")
    wall.hang("visits.show", finding_panels.of_visit, "findings/_visit.html")
    wall.hang("visits.show", finding_panels.checked, "findings/_answers.html")
    wall.hang("visits.minutes", finding_panels.minutes, "findings/_minutes.html")
    wall.hang("findings.show", finding_panels.repeats, "findings/_repeats.html")
    wall.hang("findings.show", finding_panels.custody, "findings/_custody.html")
    wall.hang("findings.show", finding_panels.followed, "findings/_followed.html")
    wall.hang("findings.show", sheet_panels.origin, "sheets/_origin.html")
    wall.hang("visits.actions", finding_panels.visit_steps, "findings/_visit_steps.html")
    wall.hang("visits.actions", document_panels.at_visit, "documents/_letters.html")
    wall.hang("plans.aside", document_panels.at_plan, "documents/_letters.html")
    wall.hang("plans.team", document_panels.at_team, "documents/_letters.html")
    wall.hang("plans.index.actions", document_panels.at_plans, "documents/_annexes_link.html")
    wall.hang("conclusions.show", document_panels.at_notice, "documents/_letters.html")
    wall.hang("visits.minutes.actions", document_panels.of_minutes, "documents/_buttons.html")
    wall.hang("reports.actions", document_panels.of_report, "documents/_buttons.html")
    wall.hang("urging.actions", document_panels.of_urging, "documents/_buttons.html")
