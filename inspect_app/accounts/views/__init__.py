"""Signing in; people and what they were granted. app.py registers the blueprints and hands the rest to `web`."""

from inspect_app.accounts.views.people import bp as people
from inspect_app.accounts.views.session import actor_of, describe, load_visitor, sign_in_first
from inspect_app.accounts.views.signing import bp

__all__ = ["actor_of", "bp", "describe", "load_visitor", "people", "sign_in_first"]
