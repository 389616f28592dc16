"""Lists as one person narrowed and sorted them, under names of theirs. Each is its owner's alone."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from inspect_app.accounts.models import SavedView
from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed
from inspect_app.core.text import one_line

MOST = 20
"""Of one list and one person."""
LONGEST_NAME = 60
LONGEST_QUERY = 1500


def save_view(*, page: str, name: str, query: str, actor: Actor) -> SavedView:
    """Keep `query`, the address of the list `page` after its question mark, as `name`. Raises Invalid.

    What the query may hold is settled before: here it is text.
    """
    assert actor.person_id is not None
    name = _named(name)
    if len(query) > LONGEST_QUERY:
        raise Invalid("Cách xem này có quá nhiều điều kiện lọc, bỏ bớt rồi lưu lại", field="name")
    number = db.session.scalar(
        select(func.count()).where(SavedView.person_id == actor.person_id, SavedView.page == page)
    )
    if (number or 0) >= MOST:
        raise Invalid("Mỗi danh sách lưu được %(most)s cách xem, xóa bớt rồi lưu lại", field="name", most=MOST)
    view = SavedView(person_id=actor.person_id, page=page, query=query, made_at=clock.now())
    _keep(view, name)
    audit.record("saved_view:save", view, actor=actor, on=clock.today(), page=page, name=name, query=query)
    return view


def rename_view(view: SavedView, *, name: str, actor: Actor) -> None:
    """Raises NotAllowed, Invalid."""
    _own(view, actor)
    before, name = view.name, _named(name)
    if name == before:
        return
    _keep(view, name)
    audit.record("saved_view:rename", view, actor=actor, on=clock.today(), name=name, before=before)


def remove_view(view: SavedView, *, actor: Actor) -> None:
    """Raises NotAllowed."""
    _own(view, actor)
    audit.record("saved_view:remove", view, actor=actor, on=clock.today(), page=view.page, name=view.name)
    db.session.delete(view)


def _own(view: SavedView, actor: Actor) -> None:
    if view.person_id != actor.person_id:
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _named(name: str) -> str:
    name = one_line(name)
    if not name:
        raise Invalid("Đặt tên cho cách xem này", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid("Tên dài quá, rút gọn còn tối đa %(max)d ký tự", field="name", max=LONGEST_NAME)
    return name


def _keep(view: SavedView, name: str) -> None:
    """The database says whether the name is free, also when two windows ask at once."""
    try:
        with db.session.begin_nested():
            view.name = name
            db.session.add(view)
            db.session.flush()
    except IntegrityError:
        raise Invalid("Đã có cách xem tên này, chọn tên khác", field="name") from None
