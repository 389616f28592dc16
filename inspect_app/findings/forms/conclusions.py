"""The address of the list of notices: `q`, `plan`, `unfinished`."""

from dataclasses import dataclass

from inspect_app.findings.models import Conclusion
from inspect_app.web.asked import Asked
from inspect_app.web.paging import Sort

LATEST = Sort("latest", (Conclusion.dated_on, Conclusion.id), descending=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    text: str
    plan_id: int | None
    unfinished: bool


def conclusions_from(asked: Asked) -> Wanted:
    return Wanted(asked.words(), asked.id("plan"), bool(asked.choice("unfinished")))
