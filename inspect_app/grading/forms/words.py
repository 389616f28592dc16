"""What grades and criteria are called, and how a grade looks."""

from flask_babel import lazy_gettext as _l

from inspect_app.grading.models import Criterion, Grade

GRADES = {
    Grade.EXCELLENT: (_l("Xuất sắc"), "done", "pri"),
    Grade.GOOD: (_l("Tốt"), "done", "ok"),
    Grade.FAIR: (_l("Khá"), "doing", "doing"),
    Grade.AVERAGE: (_l("Trung bình"), "new", "soon"),
    Grade.WEAK: (_l("Yếu"), "back", "new"),
}
"""Word, look of its pill, look of its bar."""

CRITERIA = {
    Criterion.INSPECTED: _l("Tỷ lệ đơn vị được kiểm tra"),
    Criterion.HANDLED: _l("Tỷ lệ vấn đề phát hiện qua kiểm tra được xử lý"),
}
