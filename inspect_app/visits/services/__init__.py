"""Changing visits. One verb per function; each checks, logs itself, and never commits.

`today` is the day of the act, `on` the day it counts for: the same unless it comes from paper or is entered as
history. `on` is never later than `today` and never before the visit's previous move.
"""

from inspect_app.visits.services.answers import choose_checklist
from inspect_app.visits.services.conduct import begin, cancel, close, conclude, note, report
from inspect_app.visits.services.copying import retell
from inspect_app.visits.services.minutes import write_minutes
from inspect_app.visits.services.planning import plan_follow_up, plan_visit
from inspect_app.visits.services.self_inspection import log_self_inspection

__all__ = [
    "begin",
    "cancel",
    "choose_checklist",
    "close",
    "conclude",
    "log_self_inspection",
    "note",
    "plan_follow_up",
    "plan_visit",
    "report",
    "retell",
    "write_minutes",
]
