"""Putting a deadline off: asked for by the unit, granted or refused, or granted unasked. Never a state of the finding.

Whether a submission came in time stays what it was on the day it was sent.
"""

from inspect_app.core.errors import sentence
from inspect_app.findings.models import Extension, Finding
from inspect_app.findings.services.history import prepare, settle, tell
from inspect_app.findings.workflow import FINDING
from inspect_app.workdays.services import PuttingOff

EXTENSIONS: PuttingOff[Finding, Extension] = PuttingOff(
    Extension,
    of="finding_id",
    day="deadline",
    prepare=prepare,
    tell=tell,
    move=FINDING.apply,
    settle=settle,
    no_day=sentence("Nhập hạn khắc phục mới"),
    exhausted=sentence("Hạn chế này đã được gia hạn %(times)s lần theo đề nghị của đơn vị, không đề nghị thêm được"),
)
ask_extension = EXTENSIONS.ask
extend = EXTENSIONS.extend
take_back_extension = EXTENSIONS.take_back
refuse_extension = EXTENSIONS.refuse
