"""Signing in; people and what they were granted. app.py registers the blueprints and hands the rest to `web`."""

from inspect_app.accounts.views.people import bp as people
from inspect_app.accounts.views.saved_views import SavedList, shown_with
from inspect_app.accounts.views.saved_views import bp as saved
from inspect_app.accounts.views.session import actor_of, describe, load_visitor, sign_in_first
from inspect_app.accounts.views.signing import bp

__all__ = [
    "SavedList",
    "actor_of",
    "bp",
    "describe",
    "load_visitor",
    "people",
    "saved",
    "shown_with",
    "sign_in_first",
]
