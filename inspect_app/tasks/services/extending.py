"""Putting a due day off: asked for by the unit, granted or refused, or given unasked. Never a state of the task.

Whether a report came in time stays what it was on the day it was sent.
"""

from inspect_app.core.errors import sentence
from inspect_app.tasks.models import Task, TaskExtension
from inspect_app.tasks.services.history import prepare, settle, tell
from inspect_app.tasks.workflow import TASK
from inspect_app.workdays.services import PuttingOff

EXTENSIONS: PuttingOff[Task, TaskExtension] = PuttingOff(
    TaskExtension,
    of="task_id",
    day="due_on",
    prepare=prepare,
    tell=tell,
    move=TASK.apply,
    settle=settle,
    no_day=sentence("Nhập hạn mới"),
    exhausted=sentence("Nhiệm vụ này đã được gia hạn %(times)s lần theo đề nghị của đơn vị, không đề nghị thêm được"),
)
ask_extension = EXTENSIONS.ask
extend = EXTENSIONS.extend
take_back_extension = EXTENSIONS.take_back
refuse_extension = EXTENSIONS.refuse
