"""Codes by which somebody without a name looks up what became of their wish or opinion (OUT-40)."""
