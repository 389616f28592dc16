"""Who may do what to people and grants, and which names and passwords will not do. Pure sentences."""

import re
from collections.abc import Iterable

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.core.errors import sentence
from inspect_app.core.text import fold

SHORTEST_PASSWORD = 14
LONGEST_PASSWORD = 128
COMMON = ("password", "matkhau", "123456", "qwerty", "abcdef", "111111", "iloveyou", "admin", "cantho", "noivu", "cchc")
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,49}")


def may_grant(actor: Actor, role: Role, unit: Placed) -> bool:
    """An admin grants over units of theirs; nobody makes an inspector, a team does."""
    return role is not Role.INSPECTOR and actor.administers(unit)


def may_house(actor: Actor, unit: Placed) -> bool:
    """An admin says who is at home in units of theirs."""
    return actor.administers(unit)


def may_manage(actor: Actor, person: Person, reach: Iterable[Placed]) -> bool:
    """Nobody takes over an account that reaches further than their own.

    `reach` is every unit over which the person holds something, or will: grants, the plans of their teams, their
    home. One's own account is no exception: for that there is the page of the password.
    """
    return actor.person_id != person.id and all(actor.administers(unit) for unit in reach)


def username_fault(username: str) -> str:
    """What to do better, or nothing."""
    if USERNAME.fullmatch(username):
        return ""
    return sentence("Tên đăng nhập gồm 3 đến 50 chữ thường không dấu hoặc chữ số, bắt đầu bằng chữ, ví dụ nguyenvanan")


def weakness_of(password: str, *, username: str, name: str) -> str:
    """What to do better, or nothing. No composition rules: ASVS 6.2.5 forbids them.

    A password is weak when it is short, or when little is left of it once the words that anybody would try
    first (common ones, the user name, the person's name) are taken out.
    """
    if len(password) < SHORTEST_PASSWORD:
        return sentence("Mật khẩu phải có ít nhất 14 ký tự, ví dụ bốn từ ghép lại")
    if len(password) > LONGEST_PASSWORD:
        return sentence("Mật khẩu không quá 128 ký tự")
def may_review(actor: Actor) -> bool:
    """Look at everybody's roles, and say which stay: an administrator over the topmost unit."""
    return any(held.path.count("/") == 1 for held in actor.held(Role.ADMIN))


    rest = fold(password).replace(" ", "")
    for word in (*COMMON, username, *fold(name).split()):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST_PASSWORD // 2 or len(set(rest)) < 5:
        return sentence("Mật khẩu này dễ đoán, hãy dùng mật khẩu khác")
    return ""
