"""Read-only views over all of it: what a plan has come to on any day."""
