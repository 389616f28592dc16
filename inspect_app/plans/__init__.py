"""What should be inspected, when, by which team."""
