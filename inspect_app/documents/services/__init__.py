"""Making letters: the house's Word templates, filling them, setting PDFs, looking at templates that a clerk changed."""
