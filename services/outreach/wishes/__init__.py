"""Wishes: what residents ask for, from the first word to theirs that it is done (U6)."""
