"""Dwellings: the doors of the community."""
