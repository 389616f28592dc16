"""What reviewers and administrators type about units."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from inspect_app.units.models import UnitKind
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, EnumField, IdSelectField, VietnameseDateField
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.presentation import UNIT_KINDS

_BASIS = _l("Căn cứ")
_BASIS_HINT = _l("Số, ngày của nghị quyết hoặc quyết định.")
_A_NAME = InputRequired(_l("Nhập tên đơn vị"))


class FoundForm(BaseForm):
    name = CleanStringField(
        _l("Tên đơn vị"), [_A_NAME], description=_l("Viết đủ cả loại, ví dụ Phường Cái Khế, Sở Nội vụ.")
    )
    kind = EnumField(
        _l("Loại đơn vị"),
        [InputRequired(_l("Chọn loại đơn vị"))],
        words={kind: UNIT_KINDS[kind.value] for kind in UnitKind},
    )
    code = CleanStringField(
        _l("Mã đơn vị"),
        [InputRequired(_l("Nhập mã đơn vị"))],
        longest=20,
        description=_l("Mã hành chính hoặc chữ viết tắt, ví dụ 31120, SNV."),
    )
    valid_from = VietnameseDateField(_l("Hoạt động từ ngày"), description=_l("Để trống nếu từ trước đến nay."))
    basis = CleanTextAreaField(_BASIS, description=_BASIS_HINT, longest=1000)


class ChangeForm(VersionedForm):
    name = CleanStringField(_l("Tên mới"), [_A_NAME])
    parent = IdSelectField(_l("Đơn vị cấp trên"), [InputRequired(_l("Chọn đơn vị cấp trên"))])
    since = VietnameseDateField(_l("Thay đổi từ ngày"), [InputRequired(_l("Nhập ngày thay đổi, ví dụ 01/07/2025"))])
    basis = CleanTextAreaField(_BASIS, description=_BASIS_HINT, longest=1000)


class EndForm(VersionedForm):
    last_day = VietnameseDateField(
        _l("Ngày hoạt động cuối cùng"), [InputRequired(_l("Nhập ngày hoạt động cuối cùng, ví dụ 30/06/2025"))]
    )
    successors = CleanStringField(
        _l("Mã đơn vị kế thừa"),
        description=_l("Nhiều đơn vị thì cách nhau bằng dấu phẩy, đơn vị nhận phần lớn ghi trước."),
    )
    basis = CleanTextAreaField(_BASIS, description=_BASIS_HINT, longest=1000)
