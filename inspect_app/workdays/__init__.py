"""Which days offices work, and when a deadline falls. Knows no finding and no unit."""
