"""Changing findings. One verb per function; each goes through the workflow, keeps the past and logs itself.

None commits. `on` is the day a change counts for, `today` the day it is written.
"""

from inspect_app.core.storage import Incoming
from inspect_app.findings.services.checked import check
from inspect_app.findings.services.conclusion import conclude, expected_deadline, recorded
from inspect_app.findings.services.recording import Particulars, discard, edit, record
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

__all__ = [
    "Incoming",
    "Particulars",
    "accept",
    "allow",
    "check",
    "conclude",
    "discard",
    "dispute",
    "edit",
    "expected_deadline",
    "mark_opened",
    "recall",
    "record",
    "recorded",
    "reopen",
    "send_back",
    "start",
    "submit",
    "uphold",
    "withdraw",
]
