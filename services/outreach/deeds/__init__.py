"""Deeds: what is done for wishes and opinions (U6)."""
