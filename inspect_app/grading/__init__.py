"""The index of administrative reform: typed or imported per unit and year, graded; two of its criteria are computed."""
