"""Lessons as text: what is spoken, shown and printed for those who cannot come."""
