"""Checking in to a study session by the code on its screen."""
