"""Who may do what to people and grants, and which password is too weak. Pure sentences."""

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.core.text import fold

SHORTEST_PASSWORD = 14
LONGEST_PASSWORD = 128
COMMON = (
    "password",
    "matkhau",
    "123456",
    "qwerty",
    "abcdef",
    "111111",
    "iloveyou",
    "admin",
    "cantho",
    "noivu",
    "cchc",
)


def may_grant(actor: Actor, role: Role, unit: Placed) -> bool:
    """An admin grants over units of theirs; nobody makes an inspector, a team does."""
    return role is not Role.INSPECTOR and actor.administers(unit)


def weakness_of(password: str, *, username: str, name: str) -> str:
    """What to do better, or nothing. No composition rules: ASVS 6.2.5 forbids them.

    A password is weak when it is short, or when little is left of it once the words that anybody would try
    first (common ones, the user name, the person's name) are taken out.
    """
    if len(password) < SHORTEST_PASSWORD:
        return "Mật khẩu phải có ít nhất 14 ký tự, ví dụ bốn từ ghép lại"
    if len(password) > LONGEST_PASSWORD:
        return "Mật khẩu không quá 128 ký tự"
    rest = fold(password).replace(" ", "")
    for word in (*COMMON, username, *fold(name).split()):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST_PASSWORD // 2 or len(set(rest)) < 5:
        return "Mật khẩu này dễ đoán, hãy dùng mật khẩu khác"
    return ""
