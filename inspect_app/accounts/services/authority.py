"""What no administrator may do: reach beyond their own units, or leave the place without one."""

from collections.abc import Iterable
from datetime import date

from inspect_app.accounts import policy, queries
from inspect_app.accounts.models import Grant, Person
from inspect_app.core.actor import Actor, Placed
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState


def check_manages(actor: Actor, person: Person, reach: Iterable[Placed]) -> None:
    """Raises NotAllowed."""
    if not policy.may_manage(actor, person, reach):
        raise NotAllowed(
            "Tài khoản này có quyền rộng hơn phạm vi quản trị đang dùng, hoặc là tài khoản của chính mình."
        )


def keep_an_administrator(person: Person, *, today: date, grant: Grant | None = None) -> None:
    """Before `person` (or this one `grant` of theirs) is put out of action.

    Somebody else must remain who administers everything: made for the demo only if the one who goes is, since
    nobody of the demo signs in under the production configuration. Raises WrongState.
    """
    take_turns(db.session, "the last administrator")
    chief = queries.over_everything(today)
    going = [held for held in chief if held.id == grant.id] if grant else [h for h in chief if h.person_id == person.id]
    staying = [held for held in chief if held not in going and (person.demo or not held.person.demo)]
    if going and not staying:
        raise WrongState("Đây là quản trị cuối cùng của toàn hệ thống. Phân quyền quản trị cho người khác trước.")
