"""Who gets what answer where. A route that is not in the table fails the last test.

302 sends whoever is not signed in to sign in, 401 shows that page at once to keep what was sent; 403 is not
this role's to do, 404 does not exist for this role, 422 asks for something to be filled in (the act itself is
allowed), 303 was done. What each address is opened with stands in tests/support/world.py.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from inspect_app.core import clock
from inspect_app.web.access import PROVED, UNDECLARED
from tests.support.tables import cells
from tests.support.world import World

ACCESS = """
                             nobody  admin  reviewer  inspector  officer  viewer
get:reports.plan             302     403    200       200        200      200
get:overview.index           302     403    200       403        403      200
get:overview.compare         302     403    200       403        403      200
get:profiles.show            302     403    200       403        200      200
get:profiles.own             302     403    403       403        302      403
get:snapshots.new            302     403    200       403        403      403
post:snapshots.new           401     403    422       403        403      403
get:snapshots.new_year       302     403    200       403        403      403
post:snapshots.new_year      401     403    422       403        403      403
get:snapshots.index          302     403    200       403        403      200
get:snapshots.show           302     403    200       403        403      200
get:snapshots.document       302     403    200       403        403      200
get:log.index                302     200    403       403        403      403
get:health.healthz           200     200    200       200        200      200
get:monitoring.readyz        503     503    503       503        503      503
get:monitoring.metrics       404     404    404       404        404      404
get:accounts.sign_in         200     303    303       303        303      303
post:accounts.begin          422     422    422       422        422      422
get:accounts.forgotten       200     200    200       200        200      200
get:outside.begin            404     303    303       303        303      303
get:outside.back             404     404    404       404        404      404
get:accounts.password        302     200    200       200        200      200
post:accounts.password       303     422    422       422        422      422
post:accounts.sign_out       303     303    303       303        303      303
get:accounts.code            303     303    303       303        303      303
post:accounts.code           303     303    303       303        303      303
get:accounts.new_password    404     404    404       404        404      404
post:accounts.new_password   404     404    404       404        404      404
post:accounts.prove          303     422    422       422        422      422
get:accounts.sessions        302     200    200       200        200      200
post:accounts.end_session    303     404    404       404        303      404
post:accounts.end_other_sessions  303  303  303       303        303      303
get:accounts.factor          302     200    200       200        200      200
post:accounts.enrol          303     422    422       422        422      422
get:accounts.app             302     303    303       303        303      303
post:accounts.app            303     303    303       303        303      303
post:accounts.new_codes      303     422    422       422        422      422
post:accounts.remove_factor  303     422    422       422        422      422
get:kept.show                302     404    404       404        404      404
post:kept.drop               401     303    303       303        303      303
post:language.switch         303     303    303       303        303      303

post:sending.save            401     403    422       422        422      403
post:sending.discard         401     403    303       303        303      403
post:sending.stage           401     403    422       422        422      403
post:sending.remove          401     403    404       404        200      403
get:sending.preview          302     403    404       404        404      403

get:people.index             302     200    403       403        403      403
get:people.show              302     200    403       403        403      403
get:people.new               302     200    403       403        403      403
post:people.new              401     422    403       403        403      403
get:people.edit              302     200    403       403        403      403
post:people.edit             401     422    403       403        403      403
post:people.grant            401     422    403       403        403      403
post:people.end_grant        401     303    403       403        403      403
get:people.reset_password    302     200    403       403        403      403
post:people.reset_password   401     200    403       403        403      403
get:people.deactivate        302     200    403       403        403      403
post:people.deactivate       401     303    403       403        403      403
post:people.reactivate       401     409    403       403        403      403
post:people.unlock           401     303    403       403        403      403
post:people.end_sessions     401     303    403       403        403      403
post:people.end_session      401     303    403       403        403      403
get:people.reset_link        302     409    403       403        403      403
post:people.reset_link       401     409    403       403        403      403
get:people.reset_factor      302     200    403       403        403      403
post:people.reset_factor     401     409    403       403        403      403
get:personal.show            302     200    200       200        200      200
post:personal.take           401     200    200       200        200      200
get:personal.listed          302     200    403       403        403      403
get:personal.erase           302     200    403       403        403      403
post:personal.erase          401     422    403       403        403      403
get:reviews.index            302     200    403       403        403      403
post:reviews.begin           401     409    403       403        403      403
get:reviews.show             302     200    403       403        403      403
post:reviews.decide          401     303    403       403        403      403
get:reviews.close            302     200    403       403        403      403
post:reviews.close           401     422    403       403        403      403

get:saved.index              302     403    200       200        200      200
get:saved.new                302     403    200       200        200      200
post:saved.new               401     403    422       422        422      422
get:saved.edit               302     403    404       404        200      404
post:saved.edit              401     403    404       404        422      404
post:saved.remove            401     403    404       404        303      404

get:exports.findings         302     403    200       200        200      200
get:exports.conclusions      302     403    200       200        200      200
get:exports.visits           302     403    200       200        200      200
get:exports.schedule         302     403    200       200        200      200
get:exports.plans            302     403    200       200        200      200
get:exports.units            302     200    200       200        200      200
get:exports.people           302     200    403       403        403      403
get:exports.reviews          302     200    403       403        403      403
get:exports.urging           302     403    200       200        403      403
get:exports.tasks            302     403    200       403        200      200
get:exports.grading          302     403    200       403        403      200
get:exports.report           302     403    200       200        200      200
get:exports.statistics       302     403    200       403        403      200
post:exports.ask             401     403    303       303        303      303
get:exports.index            302     200    200       200        200      200
get:exports.show             302     404    404       404        200      404
get:exports.fetch            302     404    404       404        409      404
get:imports.index            302     200    200       200        200      403
post:imports.index           401     422    422       422        422      403
get:imports.blank            302     403    200       200        200      403
get:imports.show             302     404    404       200        404      403
post:imports.choose          401     404    404       422        404      403
post:imports.write           401     404    404       422        404      403
post:imports.drop            401     404    404       303        404      403

get:units.index              302     200    200       200        200      200
get:units.show               302     200    200       200        200      200
get:units.new                302     200    200       403        403      403
post:units.new               401     422    422       403        403      403
get:units.edit               302     200    200       403        403      403
post:units.edit              401     422    422       403        403      403
get:units.end                302     200    200       403        403      403
post:units.end               401     422    422       403        403      403

get:workdays.index           302     200    200       200        200      200
get:workdays.new_day         302     200    403       403        403      403
post:workdays.new_day        401     422    403       403        403      403
get:workdays.day             302     200    403       403        403      403
post:workdays.day            401     422    403       403        403      403
get:workdays.remove_day      302     200    403       403        403      403
post:workdays.remove_day     401     422    403       403        403      403
get:workdays.terms           302     200    200       403        403      403
get:workdays.term            302     200    403       403        403      403
post:workdays.term           401     422    403       403        403      403

get:plans.index              302     403    200       200        200      200
get:plans.show               302     403    200       200        200      200
get:plans.new                302     403    200       403        403      403
post:plans.new               401     403    422       403        403      403
get:plans.edit               302     403    200       403        403      403
post:plans.edit              401     403    422       403        403      403
get:plans.targets            302     403    200       403        403      403
post:plans.targets           401     403    422       403        403      403
get:plans.target             302     403    200       403        403      403
post:plans.target            401     403    303       403        403      403
get:plans.remove_target      302     403    200       403        403      403
post:plans.remove_target     401     403    422       403        403      403
get:plans.team               302     403    200       200        200      200
get:plans.new_team           302     403    200       403        403      403
post:plans.new_team          401     403    422       403        403      403
get:plans.edit_team          302     403    200       403        403      403
post:plans.edit_team         401     403    422       403        403      403
post:plans.seat              401     403    422       403        403      403
get:plans.unseat             302     403    200       403        403      403
post:plans.unseat            401     403    422       403        403      403

get:checklists.index         302     403    200       200        200      200
get:checklists.show          302     403    200       404        404      404
get:checklists.copy          302     403    200       403        403      403
post:checklists.copy         401     403    422       403        403      403
get:checklists.edit          302     403    200       403        403      403
post:checklists.edit         401     403    422       403        403      403
get:checklists.publish       302     403    200       403        403      403
post:checklists.publish      401     403    303       403        403      403
get:checklists.discard       302     403    200       403        403      403
post:checklists.discard      401     403    303       403        403      403
get:checklists.new_item      302     403    200       403        403      403
post:checklists.new_item     401     403    422       403        403      403
get:checklists.edit_item     302     403    200       403        403      403
post:checklists.edit_item    401     403    422       403        403      403
post:checklists.move_item    401     403    303       403        403      403
post:checklists.remove_item  401     403    303       403        403      403

get:tasks.index              302     403    200       403        200      200
get:tasks.show               302     403    200       403        200      200
post:tasks.start             401     403    403       403        422      403
post:tasks.progress          401     403    403       403        422      403
post:tasks.report            401     403    403       403        422      403
post:tasks.recall            401     403    403       403        422      403
post:tasks.accept            401     403    422       403        403      403
post:tasks.send_back         401     403    422       403        403      403
post:tasks.reopen            401     403    422       403        403      403
post:tasks.enter             401     403    422       403        403      403
post:tasks.withdraw          401     403    422       403        403      403
post:tasks.ask_extension     401     403    403       403        422      403
post:tasks.drop_extension    401     403    403       403        409      403
post:tasks.extend            401     403    422       403        403      403
post:tasks.refuse_extension  401     403    409       403        403      403
post:tasks.hand_on           401     403    422       403        403      403
get:tasks.edit               302     403    200       403        403      403
post:tasks.edit              401     403    422       403        403      403
get:tasks.file               302     403    200       403        200      200
get:tasks.preview            302     403    404       403        404      404
get:tasks.plans              302     403    200       403        200      200
get:tasks.plan               302     403    200       403        200      200
get:tasks.new_plan           302     403    200       403        403      403
post:tasks.new_plan          401     403    422       403        403      403
get:tasks.edit_plan          302     403    200       403        403      403
post:tasks.edit_plan         401     403    422       403        403      403
get:tasks.give               302     403    200       403        403      403
post:tasks.give              401     403    422       403        403      403

get:visits.index             302     403    200       200        200      200
get:visits.schedule          302     403    200       200        200      200
get:visits.show              302     403    200       200        404      404
get:visits.new               302     403    200       200        403      403
post:visits.new              401     403    422       422        403      403
get:visits.edit              302     403    200       200        403      403
post:visits.edit             401     403    422       422        403      403
get:visits.minutes           302     403    200       200        404      404
get:visits.edit_minutes      302     403    200       200        404      403
post:visits.edit_minutes     401     403    422       422        404      403
post:visits.begin            401     403    422       422        404      403
post:visits.report           401     403    403       422        404      403
get:visits.close             302     403    200       200        403      403
post:visits.close            401     403    303       303        403      403
get:visits.cancel            302     403    200       200        404      403
post:visits.cancel           401     403    422       422        404      403
get:visits.self_inspection   302     403    200       403        200      403
post:visits.self_inspection  401     403    422       403        422      403

get:findings.index           302     403    200       200        200      200
get:findings.show            302     403    200       200        200      200
post:findings.start          401     403    403       403        422      403
post:findings.submit         401     403    403       403        422      403
post:findings.recall         401     403    403       403        422      403
post:findings.accept         401     403    422       422        403      403
post:findings.send_back      401     403    422       422        403      403
post:findings.dispute        401     403    403       403        422      403
post:findings.uphold         401     403    422       422        403      403
post:findings.allow          401     403    422       422        403      403
post:findings.withdraw       401     403    422       403        403      403
post:findings.reopen         401     403    422       422        403      403
post:findings.discard        401     403    403       422        404      403
post:findings.replan         401     403    403       403        422      403
post:findings.progress       401     403    403       403        422      403
post:findings.assign         401     403    403       403        422      403
post:findings.ask_extension  401     403    403       403        422      403
post:findings.drop_extension 401     403    403       403        409      403
post:findings.extend         401     403    422       403        403      403
post:findings.refuse_extension  401  403    409       403        403      403
post:findings.message        401     403    422       422        422      403
get:findings.orphans         302     403    200       403        403      403
get:findings.move            302     403    200       403        403      403
post:findings.move           401     403    422       403        403      403
get:findings.move_many       302     403    200       403        403      403
post:findings.move_many      401     403    422       403        403      403
post:findings.repeat         401     403    403       422        404      403
get:findings.bulk_accept     302     403    200       200        403      403
post:findings.bulk_accept    401     403    303       303        403      403
get:findings.bulk_return     302     403    200       200        403      403
post:findings.bulk_return    401     403    303       303        403      403
get:findings.bulk_follow     302     403    200       200        403      403
post:findings.bulk_follow    401     403    303       303        403      403
get:findings.bulk_extend     302     403    200       403        403      403
post:findings.bulk_extend    401     403    303       403        403      403
get:findings.bulk_assign     302     403    403       403        200      403
post:findings.bulk_assign    401     403    403       403        303      403
get:recording.record         302     403    403       200        404      403
post:recording.record        401     403    403       422        404      403
get:recording.answers        302     403    200       200        404      404
get:recording.edit           302     403    403       200        404      403
post:recording.edit          401     403    403       422        404      403
get:recording.review         302     403    403       200        404      403
post:recording.review        401     403    403       409        404      403
get:recording.conclude       302     403    200       200        403      403
post:recording.conclude      401     403    422       422        403      403
get:recording.amend          302     403    200       200        403      403
post:recording.amend         401     403    422       422        403      403
get:recording.attach         302     403    200       200        403      403
post:recording.attach        401     403    422       422        403      403
get:recording.follow_up      302     403    200       200        403      403
post:recording.follow_up     401     403    422       422        403      403
get:recording.recheck        302     403    403       200        404      403
post:recording.recheck       401     403    403       422        404      403
get:conclusions.index        302     403    200       200        200      200
get:conclusions.show         302     403    200       200        200      200
get:conclusions.report       302     403    403       403        200      403
post:conclusions.report      401     403    403       403        422      403
get:evidence.show            302     403    200       200        200      200
get:evidence.preview         302     403    404       404        404      404

get:inbox.index              302     200    200       200        200      200
post:inbox.open              401     404    404       404        303      404
post:inbox.read_all          401     303    303       303        303      303
get:inbox.choose             302     200    200       200        200      200
post:inbox.choose            401     422    422       422        422      422
post:inbox.open_feed         401     200    200       200        200      200
post:inbox.close_feed        401     303    303       303        303      303
get:feeds.show               404     404    404       404        404      404
get:rules.index              302     200    403       403        403      403
get:rules.edit               302     200    403       403        403      403
post:rules.edit              401     422    403       403        403      403
get:rules.mail               302     200    403       403        403      403
post:rules.send_again        401     409    403       403        403      403

get:urging.index             302     403    200       200        403      403
get:urging.show              302     403    200       200        403      403
get:urging.take              302     403    200       200        403      403
post:urging.take             401     403    422       422        403      403
get:urging.letter            302     403    200       200        403      403
post:urging.number           401     403    422       403        403      403

get:documents.conclusion     302     403    200       200        404      404
get:documents.minutes        302     403    200       200        404      404
get:documents.report         302     403    200       200        200      200
get:documents.urging         302     403    200       200        403      403
get:documents.remediation    302     403    200       200        200      200
get:documents.plan           302     403    200       200        403      200
get:documents.schedule       302     403    200       200        403      200
get:documents.decision       302     403    200       200        403      200
get:documents.periods        302     403    200       403        403      200
get:documents.annex          302     403    200       403        403      200
get:documents.statistics     302     403    200       403        403      200
get:letter_templates.index   302     403    200       403        403      403
get:letter_templates.show    302     403    200       403        403      403
post:letter_templates.show   401     403    422       403        403      403
get:letter_templates.house   302     403    200       403        403      403
post:letter_templates.retire 401     403    303       403        403      403
get:letter_templates.version 302     403    200       403        403      403
get:letter_templates.download  302   403    200       403        403      403
get:letter_templates.sample  302     403    200       403        403      403
post:letter_templates.adopt  401     403    303       403        403      403

get:grading.index            302     403    200       403        403      200
get:grading.year             302     403    200       403        403      200
post:grading.open_table      401     403    422       403        403      403
get:grading.scores           302     403    200       403        403      403
post:grading.scores          401     403    422       403        403      403
get:grading.paste            302     403    200       403        403      403
post:grading.paste           401     403    422       403        403      403
get:grading.rules            302     403    200       403        403      403
post:grading.rules           401     403    422       403        403      403
get:grading.publish          302     403    200       403        403      403
post:grading.publish         401     403    422       403        403      403
get:grading.reopen           302     403    200       403        403      403
post:grading.reopen          401     403    422       403        403      403
get:grading.criteria         302     403    200       403        403      200
get:grading.counted          302     403    200       403        403      200
get:grading.evidence         302     403    200       403        403      200
post:grading.download        401     403    422       403        403      422

get:home.index               302     200    200       200        200      200
get:home.search              302     200    200       200        200      200
get:home.guide               302     200    200       200        200      200
get:home.guide_page          302     200    200       200        200      200
get:home.guide_picture       302     404    404       404        404      404
"""
ROLES = ("nobody", "admin", "reviewer", "inspector", "officer", "viewer")

PROVED_FIRST = """
post:people.new              admin
post:people.grant            admin
post:people.end_grant        admin
post:people.reactivate       admin
post:people.reset_password   admin
post:people.reset_link       admin
post:people.reset_factor     admin
post:personal.erase          admin
post:reviews.close           admin
post:personal.erase           admin
post:reviews.close            admin
get:exports.people           admin
get:exports.reviews          admin
get:exports.reviews          admin
post:findings.move_many      reviewer
"""
"""Whoever may do these has to have proved within the last minutes who they are; `access.proved_lately`."""


WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) +"?(\w+)')
READING_LEAVES = {"event", "export", "sign_in"}
"""What reading may write to: who took what away, and when a session was last used. No record of work."""


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that were written to meanwhile."""
    tables: set[str] = set()

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        tables.update(WRITING.findall(statement))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield tables
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


@pytest.mark.early
@pytest.mark.tried_on("sqlite")
def test_access(app, browser, make):
    """Who may ask for what; and that asking (GET) changes nothing."""
    world = World(make)
    people = {role: world.person_as(role) for role in ROLES}
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    addresses = {
        row: browser.address(_endpoint(row), world.values(rules[_endpoint(row)]))
        for row in dict.fromkeys(row for row, _role, _status in cells(ACCESS))
    }
    wrong: dict[tuple[str, str], int | set[str]] = {}
    for role, person in people.items():
        browser.signed_in_as(person)
        for row, expected in [(row, int(status)) for row, column, status in cells(ACCESS) if column == role]:
            with world.undone(), written() as tables:
                method = row.partition(":")[0].upper()
                answered = browser.in_another_window().open(method, addresses[row], read=False).status
            if answered != expected:
                wrong[row, role] = answered
            elif method == "GET" and not tables <= READING_LEAVES:
                wrong[row, role] = tables - READING_LEAVES
    assert wrong == {}


def test_every_route_is_in_the_table(app):
    routes = {
        f"{method.lower()}:{rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
        if rule.endpoint not in UNDECLARED
    }
    assert {row for row, _role, _status in cells(ACCESS)} == routes


@pytest.mark.tried_on("sqlite")
def test_what_asks_for_a_fresh_proof(app, browser, make):
    """Before anything else: nothing is loaded or done for a session that may be somebody else's by now."""
    guarded = {
        f"{'post' if 'POST' in rule.methods else 'get'}:{rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if hasattr(app.view_functions[rule.endpoint], PROVED)
    }
    told = dict(line.split() for line in PROVED_FIRST.strip().splitlines())
    assert guarded == told.keys()

    world = World(make)
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    addresses = {row: browser.address(_endpoint(row), world.values(rules[_endpoint(row)])) for row in told}
    for row, role in told.items():
        browser.signed_in_as(world.person_as(role), proved_at=clock.now() - timedelta(minutes=11))
        page = browser.open(row.partition(":")[0].upper(), addresses[row], data={"role": "viewer"}, status=401)
        assert page.h1 == "Xác nhận lại là chính mình", row


def _endpoint(row: str) -> str:
    return row.partition(":")[2]
