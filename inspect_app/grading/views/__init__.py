"""The pages of the index: a year's results, the tables behind them, its two criteria and what proves them."""

from inspect_app.grading.views import bundle, criteria, tables, year
from inspect_app.grading.views.shared import bp

__all__ = ["bp", "bundle", "criteria", "tables", "year"]
