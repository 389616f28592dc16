"""One letter for many findings: each is submitted by itself, with the same files, and judged alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm.exc import StaleDataError

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, Invalid, sentence
from inspect_app.core.moves import said
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import one_line
from inspect_app.findings.models import Finding, Submission
from inspect_app.findings.services.bulk import BEATEN
from inspect_app.findings.services.remedy import submit


@dataclass(frozen=True, slots=True)
class Claim:
    """What the unit says of one of them."""

    finding: Finding
    statement: str
    version: int | None = None


class Refused(Invalid):
    """Some of them cannot be submitted, so none was."""

    def __init__(self, by_finding: Mapping[int, DomainError]) -> None:
        super().__init__(sentence("Chưa gửi được hạn chế nào, vì có hạn chế chưa gửi được. Lý do ghi ở từng hạn chế."))
        self.by_finding = dict(by_finding)
        """Id of the finding -> why."""


def submit_together(
    claims: Sequence[Claim],
    *,
    actor: Actor,
    files: Sequence[Incoming],
    letter_number: str,
    letter_on: date | None,
    on: date,
    today: date,
    storage: Storage,
    file_limit: int,
) -> list[Submission]:
    """Submit all of them, or none, in answer to one notice with one signed letter.

    Raises Invalid for what they have in common, Refused with a reason for each that stands in the way.
    """
    if not claims:
        raise Invalid("Chọn ít nhất một hạn chế", field="finding")
    if len({claim.finding.visit_id for claim in claims}) > 1:
        raise Invalid("Mỗi báo cáo chung trả lời một thông báo kết luận", field="finding")
    number = one_line(said(letter_number, sentence("Nhập số công văn của đơn vị"), "letter_number"))
    if letter_on is None:
        raise Invalid("Nhập ngày công văn của đơn vị", field="letter_on")
    if letter_on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="letter_on")
    if not files:
        raise Invalid("Đính kèm ít nhất một ảnh hoặc văn bản chứng minh", field="files")
    made: list[Submission] = []
    refusals: dict[int, DomainError] = {}
    for claim in sorted(claims, key=lambda claim: claim.finding.id):
        finding_id = claim.finding.id
        for file in files:
            file.stream.seek(0)
        try:
            with db.session.begin_nested():
                made.append(
                    submit(
                        claim.finding,
                        actor=actor,
                        statement=claim.statement,
                        files=files,
                        letter_number=number,
                        letter_on=letter_on,
                        on=on,
                        today=today,
                        version=claim.version,
                        storage=storage,
                        file_limit=file_limit,
                    )
                )
        except DomainError as refused:
            refusals[finding_id] = refused
        except StaleDataError:
            refusals[finding_id] = BEATEN
    if refusals:
        raise Refused(refusals)
    for one in made if len(made) > 1 else ():
        one.bundle = made[0].id
    db.session.flush()
    return made
