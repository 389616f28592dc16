"""What the program tells of itself, to those who look after it."""
