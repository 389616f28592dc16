"""What people type about findings, and what the address of a list asks for."""

from inspect_app.findings.forms.filters import ARGUMENTS, Wanted, filter_from, to_args

__all__ = ["ARGUMENTS", "Wanted", "filter_from", "to_args"]
