"""Swaps: somebody else serves instead, once both agreed, both may, and it is in the books."""
