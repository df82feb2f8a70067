"""Coverage: who is owed which lesson, by which way, and what proves that it arrived (U5)."""
