"""Flask glue that views share. Knows no person, no unit and no finding: app.py tells it who they are."""
