"""One module for each kind of letter: the words of its house template, a sample of its fields, and who fills them."""

from inspect_app.documents.queries.kinds import Kind
from inspect_app.documents.queries.letters import (
    conclusion,
    decision,
    minutes,
    plan,
    remediation,
    report,
    schedule,
    statistics,
    urging,
)

KINDS: dict[str, Kind] = {
    module.KIND.code: module.KIND
    for module in (plan, decision, schedule, minutes, conclusion, urging, remediation, report, statistics)
}
"""In the order in which an inspection has need of them."""
