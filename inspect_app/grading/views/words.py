"""What the documents of a bundle are called, and what each of them proves."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inspect_app.grading.queries import Document, What

DOCUMENTS = {
    What.PLAN: _l("Kế hoạch kiểm tra"),
    What.TEAM: _l("Quyết định thành lập đoàn kiểm tra"),
    What.VISIT: _l("Cuộc kiểm tra, chưa có thông báo kết luận"),
    What.CONCLUSION: _l("Thông báo kết luận"),
    What.LETTER: _l("Báo cáo khắc phục của đơn vị"),
    What.EVIDENCE: _l("Minh chứng khắc phục"),
}


def proves(document: Document) -> str:
    codes = ", ".join(document.codes)
    match document.what:
        case What.PLAN:
            return str(_("Căn cứ kiểm tra: %(title)s", title=document.title))
        case What.TEAM:
            return str(_("Thành lập %(title)s", title=document.title))
        case What.LETTER | What.EVIDENCE:
            return str(_("Đã khắc phục %(codes)s: %(title)s", codes=codes, title=document.title))
        case What.CONCLUSION if codes:
            return str(_("Nêu hạn chế %(codes)s", codes=codes))
        case _:
            return str(_("Đơn vị đã được kiểm tra"))
