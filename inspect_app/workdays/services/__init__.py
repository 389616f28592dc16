"""Working days and terms decided by people, and days put off."""

from inspect_app.workdays.services.deciding import REFERENCE, change, decide, load_reference, remove, rule_of, set_term
from inspect_app.workdays.services.putting_off import PuttingOff

__all__ = ["REFERENCE", "PuttingOff", "change", "decide", "load_reference", "remove", "rule_of", "set_term"]
