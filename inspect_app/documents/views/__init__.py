"""Taking letters, and keeping their templates."""

from inspect_app.documents.views import annex, letters, templates
from inspect_app.documents.views.letters import bp
from inspect_app.documents.views.templates import bp as letter_templates

__all__ = ["annex", "bp", "letter_templates", "letters", "templates"]
