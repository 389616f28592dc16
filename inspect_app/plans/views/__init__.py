"""Pages of plans, their targets and their teams."""

from inspect_app.plans.views import plans, targets, teams
from inspect_app.plans.views.shared import bp

__all__ = ["bp", "plans", "targets", "teams"]
