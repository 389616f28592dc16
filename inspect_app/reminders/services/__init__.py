"""Telling people: notices, mail, and the steps of urging. One verb per function; none commits."""
