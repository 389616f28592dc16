"""The address of the list of notices: `q`, `plan`, `unfinished`."""

from inspect_app.findings.models import Conclusion
from inspect_app.findings.queries.conclusions import Filter
from inspect_app.web.asked import Asked
from inspect_app.web.paging import Sort

LATEST = Sort("latest", (Conclusion.dated_on, Conclusion.id), descending=True)


def conclusions_from(asked: Asked) -> Filter:
    return Filter(asked.words(), asked.id("plan"), bool(asked.choice("unfinished")))
