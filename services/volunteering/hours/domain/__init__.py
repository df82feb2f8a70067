"""The rules of volunteered time."""
