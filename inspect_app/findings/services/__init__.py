"""Changing findings. One verb per function; each goes through the workflow, keeps the past and logs itself.

None commits. `on` is the day a change counts for, `today` the day it is written.
"""

from inspect_app.core.storage import Incoming
from inspect_app.findings.services.amendment import Corrected, amend
from inspect_app.findings.services.checked import check
from inspect_app.findings.services.conclusion import attach, conclude, expected_deadline, recorded
from inspect_app.findings.services.copying import issue_copied, retell, retell_visit
from inspect_app.findings.services.exchange import send_message
from inspect_app.findings.services.extension import ask_extension, extend, refuse_extension, take_back_extension
from inspect_app.findings.services.recheck import look_again, plan_follow_up
from inspect_app.findings.services.recording import Particulars, discard, edit, record, send
from inspect_app.findings.services.remedy import dispute, recall, start, submit
from inspect_app.findings.services.review import (
    accept,
    allow,
    mark_opened,
    reopen,
    send_back,
    uphold,
    withdraw,
)
from inspect_app.findings.services.undertaking import assign, replan, report_progress

__all__ = [
    "Corrected",
    "Incoming",
    "Particulars",
    "accept",
    "allow",
    "amend",
    "ask_extension",
    "assign",
    "attach",
    "check",
    "conclude",
    "discard",
    "dispute",
    "edit",
    "expected_deadline",
    "extend",
    "issue_copied",
    "look_again",
    "mark_opened",
    "plan_follow_up",
    "recall",
    "record",
    "recorded",
    "refuse_extension",
    "reopen",
    "replan",
    "report_progress",
    "retell",
    "retell_visit",
    "send",
    "send_back",
    "send_message",
    "start",
    "submit",
    "take_back_extension",
    "uphold",
    "withdraw",
]
