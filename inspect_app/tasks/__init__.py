"""What units were told to do by plans and orders, by when, and whether they did it."""
