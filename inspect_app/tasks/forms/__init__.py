"""What people type about tasks, and the address of their list."""

from inspect_app.tasks.forms.filters import ARGUMENTS, Wanted, filter_from, to_args

__all__ = ["ARGUMENTS", "Wanted", "filter_from", "to_args"]
