"""Grids, the areas by which work is divided."""
