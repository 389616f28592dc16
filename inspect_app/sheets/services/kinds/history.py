"""Sheets of past work: plans of years gone by, with their visits, what was found, and what became of it."""

from inspect_app.core.actor import Actor, Role
from inspect_app.core.errors import sentence
from inspect_app.sheets.services.declared import Column, Kind
from inspect_app.sheets.services.history.copying import copy
from inspect_app.sheets.services.history.judging import judge
from inspect_app.sheets.services.history.rows import Field
from inspect_app.sheets.services.kinds.findings import COLUMNS as OF_FINDINGS

_SAME = {column.name: column.words for column in OF_FINDINGS}

COLUMNS = (
    Column(Field.PLAN, sentence("Số kế hoạch"), ("so ke hoach", "ke hoach so", "ke hoach", "theo ke hoach", "plan")),
    Column(Field.PLAN_DAY, sentence("Ngày kế hoạch"), ("ngay ke hoach", "ngay ban hanh ke hoach"), shown=False),
    Column(Field.PLAN_TITLE, sentence("Tên kế hoạch"), ("ten ke hoach",), shown=False),
    Column(Field.YEAR, sentence("Năm của kế hoạch"), ("nam", "nam ke hoach", "nam kiem tra", "year"), shown=False),
    Column(Field.UNIT, sentence("Đơn vị được kiểm tra"), _SAME[Field.UNIT]),
    Column(Field.VISIT_DAY, sentence("Ngày kiểm tra"), _SAME[Field.VISIT_DAY]),
    Column(
        Field.NOTICE,
        sentence("Số thông báo kết luận"),
        (
            *("so thong bao ket luan", "thong bao ket luan", "so thong bao", "so ket luan", "ket luan so"),
            *("so van ban ket luan", "so van ban", "so, ky hieu van ban", "notice"),
        ),
    ),
    Column(
        Field.NOTICE_DAY,
        sentence("Ngày thông báo kết luận"),
        (
            *("ngay thong bao ket luan", "ngay thong bao", "ngay ket luan", "ngay ban hanh"),
            *("ngay van ban ket luan", "ngay van ban", "issued on"),
        ),
    ),
    Column(Field.SIGNER, sentence("Người ký"), ("nguoi ky", "signer"), shown=False),
    Column(
        Field.TEXT,
        sentence("Hạn chế"),
        (*_SAME[Field.TEXT], "noi dung han che, ton tai", "noi dung ton tai, han che", "ton tai"),
    ),
    Column(Field.REQUIRED, sentence("Phải làm gì"), _SAME[Field.REQUIRED]),
    Column(Field.AREA, sentence("Lĩnh vực"), _SAME[Field.AREA]),
    Column(Field.DEADLINE, sentence("Hạn khắc phục"), _SAME[Field.DEADLINE]),
    Column(Field.DAYS, sentence("Số ngày khắc phục"), _SAME[Field.DAYS]),
    Column(
        Field.STATE,
        sentence("Trạng thái"),
        ("trang thai", "tinh trang", "tinh trang khac phuc", "tinh hinh khac phuc", "trang thai khac phuc", "state"),
    ),
    Column(
        Field.RESULT,
        sentence("Kết quả khắc phục"),
        ("ket qua khac phuc", "ket qua", "ket qua thuc hien", "noi dung da khac phuc", "result"),
    ),
    Column(
        Field.DONE_DAY,
        sentence("Ngày hoàn thành"),
        (
            *("ngay hoan thanh", "ngay khac phuc xong", "ngay khac phuc", "ngay thuc hien xong"),
            *("ngay bao cao", "ngay don vi bao cao", "reported on"),
        ),
    ),
    Column(
        Field.LETTER,
        sentence("Số văn bản của đơn vị"),
        (
            *("so van ban cua don vi", "so van ban bao cao", "van ban bao cao", "so bao cao", "so cong van"),
            *("so van ban", "so, ky hieu van ban"),
        ),
    ),
    Column(
        Field.LETTER_DAY,
        sentence("Ngày văn bản của đơn vị"),
        ("ngay van ban cua don vi", "ngay van ban bao cao", "ngay cong van", "ngay van ban"),
        shown=False,
    ),
    Column(
        Field.VERIFIED_DAY,
        sentence("Ngày xác nhận"),
        ("ngay xac nhan", "ngay xac nhan xong", "ngay kiem tra lai", "resolved on"),
    ),
    Column(
        Field.VERIFIER,
        sentence("Người xác nhận"),
        ("nguoi xac nhan", "nguoi kiem tra lai", "don vi xac nhan"),
    ),
    Column(Field.CODE, sentence("Mã hạn chế"), _SAME[Field.CODE], shown=False),
)


def may(actor: Actor) -> bool:
    """Sở Nội vụ; under which plan, is for the policy of plans to say."""
    return bool(actor.held(Role.REVIEWER))


HISTORY = Kind(
    name="history",
    label=sentence("Kế hoạch của các năm trước"),
    hint=sentence(
        "Mỗi dòng một hạn chế đã kết luận, hoặc một đơn vị không có hạn chế. Cần các cột: đơn vị, ngày kiểm tra, số và "
        "ngày thông báo kết luận, hạn chế, phải làm gì, lĩnh vực, hạn khắc phục; nếu đã xong thì thêm ngày hoàn thành. "
        "Số kế hoạch ghi ở một cột hoặc ở tiêu đề trên bảng. Việc đã nhập từ tệp này nhập lại được để sửa. Các lần bị "
        "trả lại, giải trình và tự kiểm tra của những năm đó không nhập từ tệp, nên không tính vào số liệu."
    ),
    columns=COLUMNS,
    may=may,
    judge=judge,
    write=copy,
    will=sentence("Ghi vào sổ: %(added)s dòng mới, %(changed)s dòng thay đổi."),
    did=sentence("Đã ghi vào sổ lúc %(at)s: %(added)s dòng mới, %(changed)s dòng thay đổi."),
    page=("plans.index", {}, sentence("Xem các kế hoạch")),
)
