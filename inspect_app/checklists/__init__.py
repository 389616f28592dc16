"""What a team looks at, in versions. Knows no visit: what was seen is an answer of a visit."""
