"""Households that split, move and merge, member by member."""
