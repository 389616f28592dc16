"""The same move on many findings: each by its own service, in a savepoint of its own, so that none takes another along.

Nothing here knows what the move is, and nobody gets a right that they have not on the single finding.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm.exc import StaleDataError

from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, Stale
from inspect_app.findings.models import Finding

MOST = 200
"""Findings that one sending may be about."""
BEATEN = Stale("Người khác vừa cập nhật hạn chế này. Xem bản mới rồi gửi lại.")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of them."""

    finding_id: int
    refused: DomainError | None = None


def each(findings: Iterable[Finding], act: Callable[[Finding], object]) -> list[Result]:
    """Make the move that `act` makes on each of them; what one refuses is undone for that one alone.

    They are taken in the order of their ids, so that two sendings never wait for each other in a circle.
    """
    return [_one(finding, act) for finding in sorted(findings, key=lambda finding: finding.id)]


def _one(finding: Finding, act: Callable[[Finding], object]) -> Result:
    number = finding.id
    try:
        with db.session.begin_nested():
            act(finding)
    except DomainError as refused:
        return Result(number, refused)
    except StaleDataError:
        return Result(number, BEATEN)
    return Result(number)
