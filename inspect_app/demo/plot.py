"""What the living plan of this year found, and what became of each shortcoming. `present` tells it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """One shortcoming and how far it has come. Days are counted from today: -3 is three days ago."""

    area: str
    text: str
    required: str
    due: int
    """Its deadline."""
    fate: str
    """open, in_progress, submitted, late_submitted, returned, disputed, early, late or withdrawn."""
    dealings: tuple[str, ...] = ()
    """What was told between unit and team, as `dealings.TOLD` names it."""
    first_due: int | None = None
    """The deadline as it was issued, where it was put off since."""


@dataclass(frozen=True, slots=True)
class Inspected:
    code: str
    visited: int
    told: tuple[Told, ...]


WARD = Inspected(
    "31135",
    -52,
    (
        Told(
            "III",
            "Chưa niêm yết đủ 12 thủ tục hành chính mới công bố tại Bộ phận Một cửa. Bảng niêm yết thiếu 8 thủ tục "
            "lĩnh vực đất đai và 4 thủ tục lĩnh vực hộ tịch.",
            "Niêm yết đủ 12 thủ tục hành chính mới tại Bộ phận Một cửa. Gỡ các thủ tục đã hết hiệu lực và chụp ảnh "
            "toàn bộ bảng niêm yết.",
            -4,
            "returned",
            ("granted", "given"),
            first_due=-14,
        ),
        Told(
            "KL",
            "Công chức trực quầy không đeo thẻ, bàn tiếp nhận chưa có biển tên.",
            "Lập lịch trực và đặt biển tên công chức tại quầy tiếp nhận.",
            -1,
            "in_progress",
            ("progress", "answered", "given"),
        ),
        Told(
            "VII",
            "Hồ sơ tiếp nhận trong tuần chưa được quét và lưu bản điện tử.",
            "Quét và lưu bản điện tử hồ sơ ngay khi tiếp nhận.",
            13,
            "open",
            ("question",),
        ),
        Told(
            "III",
            "Sáu hồ sơ trễ hạn chưa có văn bản xin lỗi và hẹn lại ngày trả.",
            "Gửi văn bản xin lỗi và hẹn lại ngày trả đối với 6 hồ sơ trễ hạn.",
            5,
            "submitted",
        ),
        Told(
            "I",
            "Chưa ban hành kế hoạch tự kiểm tra cải cách hành chính trong năm.",
            "Ban hành kế hoạch tự kiểm tra cải cách hành chính.",
            -20,
            "early",
        ),
        Told(
            "III",
            "Chưa công khai số điện thoại tiếp nhận phản ánh, kiến nghị.",
            "Công khai số điện thoại phản ánh, kiến nghị tại nơi dễ thấy.",
            -12,
            "early",
        ),
    ),
)

OTHERS = (
    Inspected(
        "STC",
        -75,
        (
            Told(
                "VI",
                "Quy chế chi tiêu nội bộ chưa sửa đổi theo quy định mới.",
                "Sửa đổi, ban hành và công khai quy chế chi tiêu nội bộ.",
                -8,
                "in_progress",
                ("refused",),
            ),
            Told(
                "IV",
                "Đề án vị trí việc làm chưa cập nhật sau khi sắp xếp phòng chuyên môn.",
                "Trình phê duyệt đề án vị trí việc làm đã cập nhật.",
                0,
                "in_progress",
                ("asking",),
            ),
            Told(
                "VII",
                "Tỷ lệ hồ sơ nộp trực tuyến chỉ đạt 18%, chưa có giải pháp nâng cao.",
                "Đề ra và thực hiện giải pháp nâng tỷ lệ nộp trực tuyến.",
                2,
                "submitted",
            ),
        ),
    ),
    Inspected(
        "SYT",
        -68,
        (
            Told(
                "V",
                "Chưa công khai kết quả xếp loại công chức 6 tháng đầu năm.",
                "Công khai kết quả xếp loại tại trụ sở và trên trang thông tin điện tử.",
                3,
                "submitted",
            ),
            Told(
                "III",
                "Bốn phản ánh, kiến nghị được trả lời chậm so với thời hạn.",
                "Trả lời đủ bốn phản ánh và công khai kết quả.",
                -15,
                "late",
            ),
            Told(
                "II",
                "Chưa báo cáo kết quả rà soát văn bản quy phạm pháp luật quý III.",
                "Gửi báo cáo kết quả rà soát văn bản quý III.",
                -10,
                "early",
            ),
        ),
    ),
    Inspected(
        "SNNMT",
        -60,
        (
            Told(
                "III",
                "Hồ sơ đất đai trễ hạn chưa có văn bản xin lỗi và hẹn lại ngày trả.",
                "Gửi văn bản xin lỗi đối với từng hồ sơ trễ hạn.",
                -6,
                "late_submitted",
            ),
            Told(
                "I",
                "Ba nhiệm vụ cải cách hành chính quá hạn không nêu nguyên nhân.",
                "Báo cáo nguyên nhân và ngày hoàn thành của từng nhiệm vụ.",
                9,
                "disputed",
            ),
            Told(
                "VT",
                "Tài liệu năm 2024 chưa lập hồ sơ và giao nộp vào lưu trữ cơ quan.",
                "Lập hồ sơ, giao nộp tài liệu năm 2024 vào lưu trữ cơ quan.",
                16,
                "open",
            ),
        ),
    ),
    Inspected(
        "31186",
        -45,
        (
            Told(
                "V",
                "Công chức trực quầy chưa có biển tên, chức danh.",
                "Bố trí biển tên, chức danh tại từng quầy.",
                6,
                "submitted",
            ),
            Told(
                "I",
                "Chưa ban hành kế hoạch truyền thông về cải cách hành chính.",
                "Ban hành kế hoạch truyền thông và phân công người thực hiện.",
                -5,
                "open",
            ),
        ),
    ),
    Inspected(
        "31299",
        -38,
        (
            Told(
                "III",
                "Sổ theo dõi hồ sơ ghi tay không khớp với phần mềm một cửa.",
                "Đối chiếu, cập nhật đủ hồ sơ lên phần mềm một cửa.",
                -1,
                "in_progress",
            ),
            Told(
                "KL",
                "Lịch tiếp công dân tháng này chưa được niêm yết.",
                "Niêm yết lịch tiếp công dân hằng tháng.",
                20,
                "withdrawn",
            ),
        ),
    ),
)

TO_CONCLUDE = Inspected(
    "31147",
    -4,
    (
        Told(
            "III",
            "Chưa công khai mức phí, lệ phí tại quầy tiếp nhận.",
            "Niêm yết mức phí, lệ phí của từng thủ tục.",
            15,
            "recorded",
        ),
        Told(
            "VII",
            "Trang thông tin điện tử của phường còn đăng văn bản hết hiệu lực.",
            "Gỡ văn bản hết hiệu lực, cập nhật mục hỏi đáp.",
            20,
            "recorded",
        ),
    ),
)
UNDER_WAY = "31258"
AHEAD = (("SXD", 2), ("31168", 7), ("31153", 16))
SURPRISES = (("31321", -30), ("31510", 3))
"""One that took place and found nothing; one still secret."""
