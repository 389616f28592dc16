"""Pages of visits: the lists, one visit, the calendar, the moves that write no findings."""

from inspect_app.visits.views import lists, moves, planning, show
from inspect_app.visits.views.shared import bp

__all__ = ["bp", "lists", "moves", "planning", "show"]
