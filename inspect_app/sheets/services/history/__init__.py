"""Past work that others wrote down in sheets before the register was kept: read, judged row by row, and copied."""
