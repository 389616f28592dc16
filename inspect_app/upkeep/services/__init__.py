"""What the program does for itself, one verb each."""
