"""Lists that can be taken away: each reads its address as its page does, and says what its columns are."""
