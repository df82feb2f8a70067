"""The rules of duplicates."""
