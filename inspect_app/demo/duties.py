"""Tasks: the yearly plan of 2022 with its 56, the communication plan with its 12, the 74 of one department, and a list
of this year with a task in every state.

The totals of 2022 come from the press, which names neither tasks nor units: those are made up, and the pages say so.
"""

from datetime import date, timedelta
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.demo import cast, pictures
from inspect_app.demo.past import FILE_LIMIT, Stage
from inspect_app.tasks import services
from inspect_app.tasks.models import Task, TaskPlan, TaskPlanKind
from inspect_app.tasks.services import Particulars
from inspect_app.units import queries as units
from inspect_app.units.models import Unit

GIVEN_2022 = date(2022, 1, 4)
NOTE = "Tổng số lấy từ báo chí. Nội dung, đơn vị và thời hạn từng nhiệm vụ là minh họa."

DEPARTMENTS = ("SXD", "SYT", "STNMT", "SGTVT", "STC", "SKHDT", "STP", "SCT", "SGDDT", "SVHTTDL", "SNNPTNT", "STTTT")
DISTRICTS = ("916", "917", "918", "919")

REFORMS = (
    ("Rà soát, kiến nghị cắt giảm thời gian giải quyết thủ tục hành chính lĩnh vực {}.", "Báo cáo rà soát"),
    ("Cập nhật, công khai bộ thủ tục hành chính lĩnh vực {}.", "Quyết định công bố"),
    ("Số hóa hồ sơ, kết quả giải quyết lĩnh vực {}.", "Kho dữ liệu hồ sơ số"),
    ("Kiểm tra việc giải quyết thủ tục lĩnh vực {} tại Bộ phận Một cửa.", "Thông báo kết quả kiểm tra"),
)
FIELDS = (
    *("đất đai", "xây dựng", "hộ tịch", "đầu tư", "y tế", "giáo dục", "lao động", "giao thông"),
    *("văn hóa", "công thương", "nông nghiệp", "tư pháp", "tài chính", "thông tin, truyền thông"),
)
"""14 fields with 4 reforms each: 56 tasks."""
FORMS = (
    *("Chuyên mục cải cách hành chính trên báo Cần Thơ", "Phóng sự trên đài truyền hình thành phố"),
    *("Chuyên trang trên cổng thông tin điện tử", "Tọa đàm về dịch vụ công trực tuyến"),
    *("Cuộc thi tìm hiểu cải cách hành chính", "Tờ rơi hướng dẫn nộp hồ sơ trực tuyến"),
    *("Bản tin cải cách hành chính hằng quý", "Pa nô tại trụ sở các quận, huyện"),
    *("Hội nghị đối thoại với người dân", "Tin bài trên mạng xã hội"),
    *("Hướng dẫn tại Bộ phận Một cửa", "Tuyên truyền qua hệ thống truyền thanh cơ sở"),
)
ORDERS = (
    *("Tham mưu báo cáo về {}", "Góp ý dự thảo văn bản về {}", "Triển khai kế hoạch về {}"),
    *("Rà soát, đề xuất giải pháp về {}", "Tổng hợp số liệu về {}", "Kiểm tra việc thực hiện quy định về {}"),
)
MATTERS = (
    *("chuyển đổi số", "an toàn thông tin mạng", "dịch vụ công trực tuyến", "hạ tầng viễn thông", "chữ ký số"),
    *("trung tâm dữ liệu", "truyền thanh cơ sở", "báo chí", "bưu chính công ích", "kỹ năng số"),
    *("thanh toán không dùng tiền mặt", "hộp thư công vụ", "phòng họp không giấy"),
)
ORDERED, ON_THE_DAY = 74, 13


def tell(stage: Stage) -> None:
    """2022 as history, then the living list of this year."""
    _reforms_2022(stage)
    _communication_2022(stage)
    _orders_2022(stage)
    _this_year(stage)


# 2022


def _reforms_2022(stage: Stage) -> None:
    plan = _list_2022(stage, "Cải cách hành chính năm 2022 của thành phố", TaskPlanKind.PLAN)
    doers = [_unit(code, GIVEN_2022) for code in (*DEPARTMENTS, *DISTRICTS)]
    several = [
        Particulars(
            text=text.format(field),
            product=product,
            unit=doers[(n * len(REFORMS) + m) % len(doers)],
            due_on=_month_end(2022, 3 + (n + 2 * m) % 9),
            source_item=f"Mục {n * len(REFORMS) + m + 1}",
        )
        for n, field in enumerate(FIELDS)
        for m, (text, product) in enumerate(REFORMS)
    ]
    _all_done(stage, plan, several, on_the_day=11)


def _communication_2022(stage: Stage) -> None:
    plan = _list_2022(stage, "Tuyên truyền cải cách hành chính năm 2022", TaskPlanKind.PLAN, number="261/KH-UBND")
    doers = [_unit(code, GIVEN_2022) for code in ("STTTT", "SVHTTDL", "SGDDT", "916")]
    several = [
        Particulars(
            text=f"{form}.", unit=doers[n % len(doers)], due_on=_month_end(2022, 1 + n), source_item=f"Mục {n + 1}"
        )
        for n, form in enumerate(FORMS)
    ]
    _all_done(stage, plan, several, on_the_day=3)


def _orders_2022(stage: Stage) -> None:
    department = _unit("STTTT", GIVEN_2022)
    title = "Nhiệm vụ Ủy ban nhân dân thành phố giao Sở Thông tin và Truyền thông năm 2022"
    plan = _list_2022(stage, title, TaskPlanKind.ORDERS)
    several = [
        Particulars(
            text=f"{ORDERS[n % len(ORDERS)].format(MATTERS[n // len(ORDERS)])}.",
            unit=department,
            due_on=GIVEN_2022 + timedelta(days=30 + 4 * n),
            source_number=f"{n * 37 % 900 + 100}/UBND-KGVX",
            source_on=GIVEN_2022 + timedelta(days=4 * n),
        )
        for n in range(ORDERED)
    ]
    _all_done(stage, plan, several, on_the_day=ON_THE_DAY)


def _list_2022(stage: Stage, title: str, kind: TaskPlanKind, number: str = "") -> TaskPlan:
    return services.create_plan(
        kind=kind,
        year=2022,
        title=title,
        number=number,
        issuing_unit=stage.city,
        illustrative=True,
        note=NOTE,
        actor=stage.reviewer(GIVEN_2022),
        today=stage.today,
        on=GIVEN_2022,
    )


def _all_done(stage: Stage, plan: TaskPlan, several: list[Particulars], *, on_the_day: int) -> None:
    """Given on one day, each done some days before it was due, `on_the_day` of them on the day itself."""
    actor = stage.reviewer(GIVEN_2022)
    step = len(several) // on_the_day
    for n, task in enumerate(services.give(plan, several, actor=actor, today=stage.today, on=GIVEN_2022)):
        assert task.due_on is not None
        punctual = n % step == 0 and n // step < on_the_day
        services.enter(
            task,
            actor=actor,
            statement="Đơn vị đã hoàn thành và báo cáo bằng văn bản.",
            letter_number=f"{n + 11}/BC",
            on=task.due_on if punctual else task.due_on - timedelta(days=1 + n % 6),
            today=stage.today,
            storage=stage.storage,
            file_limit=FILE_LIMIT,
        )


# This year: days are counted from today

WARD = "31135"
LIVING = (
    ("Niêm yết công khai bộ thủ tục hành chính mới tại Bộ phận Một cửa.", "Bảng niêm yết", -3, "todo"),
    ("Báo cáo kết quả giải quyết thủ tục hành chính quý này.", "Báo cáo", 5, "doing"),
    ("Số hóa hồ sơ hộ tịch đang còn hiệu lực.", "Kho dữ liệu hộ tịch", 21, "todo"),
    ("Khảo sát sự hài lòng của người dân tại Bộ phận Một cửa.", "Báo cáo khảo sát", -2, "returned"),
    ("Tập huấn kỹ năng số cho công chức.", "Danh sách tham dự, tài liệu", -1, "reported"),
    ("Cập nhật trang thông tin điện tử của phường.", "", None, "doing"),
    ("Ban hành kế hoạch kiểm tra công vụ năm nay.", "Kế hoạch", -60, "early"),
    ("Rà soát thủ tục hành chính nội bộ.", "Báo cáo rà soát", -45, "on_day"),
    ("Công khai số điện thoại đường dây nóng.", "Ảnh bảng niêm yết", -30, "late"),
    ("Lắp đặt máy lấy số thứ tự tự động.", "Biên bản nghiệm thu", -20, "withdrawn"),
    ("Bố trí bàn hướng dẫn nộp hồ sơ trực tuyến.", "Ảnh hiện trạng", 12, "extended"),
    ("Lập danh mục tài liệu lưu trữ năm trước.", "Danh mục tài liệu", 3, "asked"),
)
"""Text, product, due day from today, how far it has come."""
OTHERS = ("SXD", "STC", "SYT", "STP", "SCT", "SGDDT")


def _this_year(stage: Stage) -> None:
    year, given = stage.today.year, stage.today - timedelta(days=100)
    actor = cast.on(stage.cast.reviewer, stage.today)
    plan = services.create_plan(
        kind=TaskPlanKind.PLAN,
        year=year,
        title=f"Cải cách hành chính năm {year}",
        number="05/KH-UBND",
        issued_on=given,
        issuing_unit=stage.city,
        illustrative=True,
        note="Toàn bộ nội dung của kế hoạch này là minh họa.",
        actor=actor,
        today=stage.today,
        on=given,
    )
    ward, doers = _unit(WARD, stage.today), [_unit(code, stage.today) for code in OTHERS]
    own = [
        Particulars(
            text=text,
            product=product,
            unit=ward,
            joining=doers[n % 2 : n % 2 + 1] if n % 3 == 0 else (),
            due_on=None if due is None else stage.today + timedelta(days=due),
            source_item=f"Mục {n + 1}",
        )
        for n, (text, product, due, _fate) in enumerate(LIVING)
    ]
    others = [
        Particulars(
            text=REFORMS[n % len(REFORMS)][0].format(FIELDS[n]),
            product=REFORMS[n % len(REFORMS)][1],
            unit=unit,
            joining=[ward] if n == 0 else (),
            due_on=stage.today + timedelta(days=14 * (n - 2)),
            source_item=f"Mục {len(LIVING) + n + 1}",
        )
        for n, unit in enumerate(doers)
    ]
    made = services.give(plan, [*own, *others], actor=actor, today=stage.today, on=given)
    for n, (task, (_text, _product, _due, fate)) in enumerate(zip(made, LIVING, strict=False)):
        _live(stage, task, fate, seed=900 + n)
    for task in made[len(own) : len(own) + 2]:
        assert task.due_on is not None
        services.enter(
            task,
            actor=actor,
            statement="Đơn vị đã hoàn thành.",
            letter_number="40/BC",
            on=task.due_on - timedelta(days=3),
            today=stage.today,
            storage=stage.storage,
            file_limit=FILE_LIMIT,
        )


def _live(stage: Stage, task: Task, fate: str, *, seed: int) -> None:
    """Take a task of the ward as far as it has come."""
    officer, reviewer = cast.on(stage.cast.officer, stage.today), cast.on(stage.cast.reviewer, stage.today)

    def days(n: int) -> dict[str, Any]:
        return {"on": stage.today + timedelta(days=n), "today": stage.today}

    match fate:
        case "doing":
            note = "Đã phân công công chức văn phòng, đang tổng hợp số liệu."
            services.start(task, actor=officer, note=note, **days(-8))
        case "withdrawn":
            why = "Thành phố lắp đặt chung cho các phường theo kế hoạch mua sắm tập trung."
            services.withdraw(task, actor=reviewer, reason=why, **days(-25))
        case "extended":
            assert task.due_on is not None
            later = task.due_on + timedelta(days=20)
            why = "Kinh phí được phân bổ vào quý sau, đơn vị chưa mua được bàn ghế."
            services.ask_extension(task, actor=officer, wanted=later, reason=why, letter_number="52/UBND", **days(-9))
            services.extend(task, actor=reviewer, until=later, reason="Làm ngay khi có kinh phí.", **days(-6))
        case "asked":
            assert task.due_on is not None
            why = "Công chức lưu trữ nghỉ thai sản, đơn vị đang cử người thay."
            services.ask_extension(task, actor=officer, wanted=task.due_on + timedelta(days=15), reason=why, **days(-1))
        case "reported":
            _report(stage, task, officer, seed, on=days(-2)["on"])
        case "returned":
            _report(stage, task, officer, seed, on=days(-4)["on"])
            why = "Báo cáo chưa có số phiếu khảo sát thu về. Bổ sung bảng tổng hợp."
            services.send_back(task, actor=reviewer, reason=why, **days(-1))
        case "early" | "on_day" | "late":
            assert task.due_on is not None
            sent = task.due_on + timedelta(days={"early": -5, "on_day": 0, "late": 4}[fate])
            _report(stage, task, officer, seed, on=sent)
            services.accept(task, actor=reviewer, note="", on=sent + timedelta(days=2), today=stage.today)


def _report(stage: Stage, task: Task, officer: Actor, seed: int, *, on: date) -> None:
    services.report(
        task,
        actor=officer,
        statement="Đơn vị đã thực hiện xong, gửi kèm văn bản.",
        files=[pictures.letter(seed, name="van-ban-bao-cao")],
        on=on,
        today=stage.today,
        storage=stage.storage,
        file_limit=FILE_LIMIT,
    )


def _unit(code: str, day: date) -> Unit:
    found = units.by_code(code, day)
    if found is None:
        raise LookupError(f"no unit {code} on {day}")
    return found


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
