"""What a team saw of the items of a checklist, with the findings and the pictures that go with them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from inspect_app.checklists.models import Item
from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Stale
from inspect_app.core.storage import Incoming, Storage
from inspect_app.findings.models import Finding, Side
from inspect_app.findings.services import evidence
from inspect_app.findings.services.recording import Particulars, hold
from inspect_app.visits.models import Visit
from inspect_app.visits.services import answers
from inspect_app.visits.services.answers import UNCHECKED, Seen
from inspect_app.visits.services.steps import told


def check(
    visit: Visit,
    several: Mapping[int, Seen],
    *,
    opened: Mapping[int, str],
    findings: Sequence[Particulars] = (),
    files: Mapping[int, Sequence[Incoming]],
    actor: Actor,
    today: date,
    storage: Storage,
    file_limit: int,
) -> bool:
    """Write the answers down and keep the pictures taken with them; whether anything changed.

    `findings` are those that the same form makes of unmet items; they are not recorded here, but refused where
    somebody else made one of the same item after the form was opened.
    Raises NotAllowed, WrongState, Stale, Invalid.
    """
    _expect_no_other_finding(visit, opened, findings)
    changed = answers.answer(visit, several, opened=opened, actor=actor, today=today)
    taken = {item_id: pictures for item_id, pictures in files.items() if pictures}
    if not taken:
        return bool(changed)
    kept: dict[str, list[str]] = {}
    codes = {item.id: item.code for item in db.session.scalars(select(Item).where(Item.id.in_(sorted(taken))))}
    for item_id, row in answers.rows_for(visit, taken, actor=actor).items():
        rows = evidence.keep(
            taken[item_id],
            side=Side.FOUND,
            visit=visit,
            actor=actor,
            at=clock.now(),
            storage=storage,
            limit=file_limit,
        )
        for file in rows:
            file.answer_id = row.id
        kept[codes[item_id]] = [file.sha256 for file in rows]
    audit.record("visit:photograph", visit, actor=actor, on=today, **told(visit), photos=kept)
    return True


def _expect_no_other_finding(visit: Visit, opened: Mapping[int, str], findings: Sequence[Particulars]) -> None:
    """Two people who find the same wrong at once make one finding of it."""
    if not findings:
        return
    hold(visit)
    now = answers.answers_of(visit.id)
    unseen = [
        one.item_id
        for one in findings
        if one.item_id and answers.seen_in(now.get(one.item_id)).mark != opened.get(one.item_id, UNCHECKED.mark)
    ]
    made = select(Item.code).join(Finding, Finding.item_id == Item.id)
    codes = db.session.scalars(made.where(Finding.visit_id == visit.id, Item.id.in_(unseen)).order_by(Item.id)).all()
    if codes:
        raise Stale(
            "Người khác trong đoàn vừa ghi hạn chế cho tiêu chí %(codes)s. Xem lại rồi gửi lần nữa; nội dung đã nhập "
            "vẫn còn bên dưới.",
            codes=", ".join(dict.fromkeys(codes)),
        )
