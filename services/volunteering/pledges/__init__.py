"""Pledges of the silver generation, which become applications to volunteer."""
