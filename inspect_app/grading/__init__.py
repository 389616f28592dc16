"""The index of administrative reform, a unit's for a year: typed or imported, graded, its two inspection criteria computed."""
