"""Changing lists of tasks and tasks. One verb per function; each keeps the past and logs itself.

None commits. `on` is the day a change counts for, `today` the day it is written.
"""

from inspect_app.tasks.services.deciding import accept, enter, hand_on, reopen, send_back, withdraw
from inspect_app.tasks.services.doing import recall, report, report_progress, start
from inspect_app.tasks.services.extending import ask_extension, extend, refuse_extension, take_back_extension
from inspect_app.tasks.services.giving import Particulars, edit, give
from inspect_app.tasks.services.plans import change_plan, create_plan

__all__ = [
    "Particulars",
    "accept",
    "ask_extension",
    "change_plan",
    "create_plan",
    "edit",
    "enter",
    "extend",
    "give",
    "hand_on",
    "recall",
    "refuse_extension",
    "reopen",
    "report",
    "report_progress",
    "send_back",
    "start",
    "take_back_extension",
    "withdraw",
]
