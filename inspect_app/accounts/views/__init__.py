"""Signing in; people and what they were granted. app.py registers the blueprints and hands the rest to `web`."""

from inspect_app.accounts.views import factor, first, sessions
from inspect_app.accounts.views.keeping import bp as kept
from inspect_app.accounts.views.keeping import sign_in_first
from inspect_app.accounts.views.outside import bp as outside
from inspect_app.accounts.views.outside import offered as outside_name
from inspect_app.accounts.views.people import bp as people
from inspect_app.accounts.views.personal import bp as personal
from inspect_app.accounts.views.proving import prove_first
from inspect_app.accounts.views.reviews import bp as reviews
from inspect_app.accounts.views.saved_views import SavedList, shown_with
from inspect_app.accounts.views.saved_views import bp as saved
from inspect_app.accounts.views.session import actor_of, describe, load_visitor
from inspect_app.accounts.views.signing import bp

ABOUT_PEOPLE = ("people", "reviews", "personal.listed", "personal.erase")
"""Blueprints and pages on which administrators look after people."""

__all__ = [
    "ABOUT_PEOPLE",
    "SavedList",
    "actor_of",
    "bp",
    "describe",
    "factor",
    "first",
    "kept",
    "load_visitor",
    "outside",
    "outside_name",
    "people",
    "personal",
    "prove_first",
    "reviews",
    "saved",
    "sessions",
    "shown_with",
    "sign_in_first",
]
