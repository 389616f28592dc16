"""What the domain may refuse.

A message is a Vietnamese sentence with named placeholders; the web layer translates it, fills it in and picks
the status code. The catalogue is extracted from the calls of these classes.
"""


class DomainError(Exception):
    """Base of everything that a service raises on purpose."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class NotAllowed(DomainError):
    """The actor sees the record, but this is not theirs to do."""


class WrongState(DomainError):
    """The record is not in a state from which this can be done."""


class Stale(DomainError):
    """Somebody changed the record after the page was opened."""


class Invalid(DomainError):
    """The values given break a rule; `field` names the form field that should say so."""

    def __init__(self, message: str, field: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class Unavailable(DomainError):
    """The database or the disk cannot do it now; trying again later may help."""


def sentence(text: str) -> str:
    """Mark a Vietnamese sentence for the catalogue where it is chosen before it is raised or shown."""
    return text
