"""What the program does for itself without being asked; each step commits by itself."""
