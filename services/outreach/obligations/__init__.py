"""Obligations: the visits that are owed, each until somebody was seen."""
