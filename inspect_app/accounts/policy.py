"""Who may do what to people and grants, and which names and passwords will not do. Pure sentences."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Placed, Role, covers_everything
from inspect_app.core.errors import sentence
from inspect_app.core.text import fold

LONGEST_PASSWORD = 128
COMMON = ("password", "matkhau", "123456", "qwerty", "abcdef", "111111", "iloveyou", "admin", "cantho", "noivu", "cchc")
FEWEST_LETTERS = 5
"""Different ones, in what is left."""
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,49}")


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a new password must be like; see Config."""

    length: int = 14
    length_with_factor: int = 8
    kinds: int = 0
    """Of small letters, capitals, digits and signs."""
    history: int = 0
    """How many of the last ones may not be taken again."""


RULES = PasswordRules()


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


def may_review(actor: Actor) -> bool:
    """Look at everybody's roles, and say which stay: an administrator over the topmost unit."""
    return covers_everything(actor.held(Role.ADMIN))


def username_fault(username: str) -> str:
    """What to do better, or nothing."""
    if USERNAME.fullmatch(username):
        return ""
    return sentence("Tên đăng nhập gồm 3 đến 50 chữ thường không dấu hoặc chữ số, bắt đầu bằng chữ, ví dụ nguyenvanan")


def told(rules: PasswordRules) -> dict[str, int]:
    """What the sentences of `weakness_of` leave open."""
    return {"length": rules.length, "with_factor": rules.length_with_factor, "kinds": rules.kinds}


def weakness_of(
    password: str,
    *,
    username: str,
    name: str,
    places: Iterable[str] = (),
    rules: PasswordRules = RULES,
    has_factor: bool = False,
    is_common: Callable[[str], bool] = lambda _password: False,
) -> str:
    """What to do better, or nothing; the sentence is filled in with `told`.

    A password is weak when it is short, or when little is left of it once the words that anybody would try
    first (common ones, the user name, the person's name, unit and organisation) are taken out. Composition is asked
    for only where a setting says so: ASVS 6.2.5 forbids it.
    """
    shortest = rules.length_with_factor if has_factor else rules.length
    if len(password) < shortest:
        if has_factor:
            return sentence("Mật khẩu phải có ít nhất %(with_factor)s ký tự")
        return sentence("Mật khẩu phải có ít nhất %(length)s ký tự, ví dụ bốn từ ghép lại")
    if len(password) > LONGEST_PASSWORD:
        return sentence("Mật khẩu không quá 128 ký tự")
    if len(_kinds(password)) < rules.kinds:
        return sentence("Mật khẩu phải có ít nhất %(kinds)s trong bốn loại: chữ thường, chữ hoa, chữ số, ký hiệu")
    whole = fold(password).replace(" ", "")
    rest = whole
    for word in (*COMMON, username, *fold(name).split(), *_named(places)):
        rest = rest.replace(word, "")
    if is_common(whole) or len(rest) < shortest // 2 or len(set(rest)) < FEWEST_LETTERS:
        return sentence("Mật khẩu này dễ đoán, hãy dùng mật khẩu khác")
    return ""


def _named(places: Iterable[str]) -> Iterable[str]:
    """`phuongcaikhe` and `caikhe` for Phường Cái Khế: the longest first."""
    for place in places:
        words = fold(place).split()
        yield from ("".join(words[first:]) for first in range(len(words)) if len("".join(words[first:])) >= 5)


def _kinds(password: str) -> set[str]:
    kinds = {"small": str.islower, "capital": str.isupper, "digit": str.isdigit}
    found = {kind for kind, fits in kinds.items() if any(fits(letter) for letter in password)}
    return found | {"sign" for letter in password if not letter.isalnum() and not letter.isspace()}
