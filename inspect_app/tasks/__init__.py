"""Plans that are lists of tasks: what each unit has to do by when, and whether it did."""
