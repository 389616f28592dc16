"""Pages of visits: the lists, one visit, the calendar, the moves that write no findings."""

from inspect_app.visits.views import lists, minutes, moves, planning, self_inspection, show
from inspect_app.visits.views.shared import bp

__all__ = ["bp", "lists", "minutes", "moves", "planning", "self_inspection", "show"]
