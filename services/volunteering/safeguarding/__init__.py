"""Suspicion of harm to a child: a record of its own, which only the named officers read (CLS3)."""
