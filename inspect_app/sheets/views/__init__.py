"""Pages of lists that are taken away and of sheets that are brought in."""

from inspect_app.sheets.views.exports import bp as exports
from inspect_app.sheets.views.imports import bp as imports

__all__ = ["exports", "imports"]
