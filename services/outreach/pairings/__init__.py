"""Pairings: which member of staff has which person in their care."""
