"""Lists as spreadsheets, and spreadsheets as records: what goes out, and what comes back."""
