"""People: who they are, what they were granted, how they sign in."""
