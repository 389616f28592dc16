"""Official letters, plans, minutes and annexes as Word files and PDF, from templates that a clerk may change."""
