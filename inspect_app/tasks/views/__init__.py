"""Pages of tasks: their list, one task with its moves, lists of tasks with what they have come to, files."""

from inspect_app.tasks.views import files, giving, listing, moves, page, plans
from inspect_app.tasks.views.shared import bp

__all__ = ["bp", "files", "giving", "listing", "moves", "page", "plans"]
