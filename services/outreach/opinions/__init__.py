"""Opinions: what people said, what was answered, and what became of it (OUT-40, OUT-41, OUT-43)."""
