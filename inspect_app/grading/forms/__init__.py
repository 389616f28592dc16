"""What people type about the index: scores, the rules of a year, the decision that publishes it."""

from inspect_app.grading.forms.fields import PointsField, points
from inspect_app.grading.forms.rules import STEPS, OpenForm, PublishForm, ReopenForm, RulesForm, as_typed
from inspect_app.grading.forms.scores import ScoresForm, for_units
from inspect_app.grading.forms.table import Matched, Row, TableForm, Unusable, match, read

__all__ = [
    "STEPS",
    "Matched",
    "OpenForm",
    "PointsField",
    "PublishForm",
    "ReopenForm",
    "Row",
    "RulesForm",
    "ScoresForm",
    "TableForm",
    "Unusable",
    "as_typed",
    "for_units",
    "match",
    "points",
    "read",
]
