"""What is written in the register, made by rule from the program's own reference data: names, shortcomings, phrases.

Nobody and no place is meant: syllables of real names are put together anew.
"""

from functools import lru_cache
from random import Random
from typing import NamedTuple

from inspect_app.core.text import first_sentence, fold
from inspect_app.units.services.reference import entries

SURNAMES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
MIDDLE = "Văn Thị Hữu Đức Minh Thanh Ngọc Quốc Xuân Thu Hoài Công Kim Bảo".split()
GIVEN = "An Bình Châu Dung Đạt Giang Hà Hải Hạnh Hiếu Hoa Hùng Hương Khánh Lan Linh Long Mai Nam Nga Phúc Quân".split()
GIVEN += "Sơn Tâm Thảo Thắng Thúy Trang Trung Tú Tuấn Uyên Vân Việt Yến".split()

FIELDS = """
đất đai|hộ tịch|xây dựng|bảo trợ xã hội|người có công|chứng thực|đăng ký kinh doanh|giáo dục|y tế|lao động|môi trường|
giao thông|nông nghiệp|văn hóa|thủy sản|tài chính – kế hoạch|tiếp công dân|hộ kinh doanh|cư trú|công thương|khoáng sản|
đo đạc và bản đồ|phòng chống thiên tai|dân tộc, tôn giáo|thi đua khen thưởng|an toàn thực phẩm|quy hoạch|nhà ở"""
FIELDS_OF_WORK = [" ".join(field.split()) for field in FIELDS.split("|")]
STATEMENTS = [
    "Đã niêm yết lại đầy đủ và cập nhật trên trang thông tin điện tử.",
    "Đã ban hành văn bản chấn chỉnh, phân công công chức phụ trách và hoàn thành đúng yêu cầu.",
    "Đã rà soát toàn bộ hồ sơ, bổ sung phiếu hẹn và xin lỗi bằng văn bản đối với hồ sơ trễ hạn.",
    "Đã tổ chức kiểm điểm, rút kinh nghiệm và báo cáo kết quả khắc phục kèm minh chứng.",
]
SEEN = ("met",) * 15 + ("unmet", "not_applicable", "not_applicable")
"""What is seen of an item, as often as it is."""
RETURNED = "Minh chứng chưa thể hiện đủ nội dung yêu cầu, đề nghị bổ sung văn bản đã ban hành."
DISPUTED = "Nội dung này đã thực hiện trước ngày kiểm tra, hồ sơ lưu tại Văn phòng."
QUESTION = "Đơn vị cần gửi bản chụp hay bản gốc văn bản đã ban hành?"
ANSWER = "Bản chụp rõ chữ ký và con dấu là đủ."
EXTENSION = "Cần thêm thời gian để lắp đặt trang thiết bị và bố trí kinh phí."


class Wording(NamedTuple):
    """One shortcoming as a team writes it down."""

    item_id: int
    area_code: str
    text: str
    title: str
    required: str
    required_title: str
    folded: str
    required_folded: str


class Form(NamedTuple):
    """The checklist as visits answer it."""

    checklist_id: int
    items: list[tuple[int, str]]
    """Id and code of each."""

    def seen(self, visit_id: int, *, whole: bool) -> list[tuple[int, str, str]]:
        """Id and code of an item and what was seen of it; less than `whole` while the team is still there."""
        several = self.items if whole else self.items[: len(self.items) // 2]
        return [(item, code, SEEN[(visit_id * 7 + item * 3) % len(SEEN)]) for item, code in several]


class Catalogue:
    """Every item of the checklist in every field of work."""

    def __init__(self, items: list[tuple[int, str, str, str]]) -> None:
        """`items`: id, area, shortcoming and what is required."""
        self._pairs = [(item, field) for item in items if item[2] and item[3] for field in FIELDS_OF_WORK]
        self._known: dict[int, Wording] = {}

    def one(self, draw: float) -> Wording:
        """`draw` from 0 to 1; those near 0 are found more often."""
        place = int(draw**1.5 * len(self._pairs))
        if place not in self._known:
            item, field = self._pairs[place]
            self._known[place] = self._wording(*item, field)
        return self._known[place]

    @staticmethod
    def _wording(item_id: int, area: str, shortcoming: str, required: str, field: str) -> Wording:
        text = f"{shortcoming.rstrip(' .')} (lĩnh vực {field})."
        parts = (text, first_sentence(text), required, first_sentence(required), fold(text), fold(required))
        return Wording(item_id, area, *parts)


def syllables() -> list[str]:
    """Of the names of communes in the reference data, in their order, each once."""
    names = [entry.name.split() for entry in entries() if entry.name.startswith(("Xã ", "Phường "))]
    return list(dict.fromkeys(part for name in names for part in name[1:] if part.isalpha() and part[0].isupper()))


def place_name(rng: Random, parts: list[str]) -> str:
    return f"{rng.choice(parts)} {rng.choice(parts)}"


def person_name(rng: Random) -> str:
    return f"{rng.choice(SURNAMES)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    return fold(text)
