"""The rules of swaps."""
