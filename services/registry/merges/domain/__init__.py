"""The rules of merges."""
