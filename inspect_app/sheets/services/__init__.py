"""Making spreadsheets, and keeping account of what was taken away."""
