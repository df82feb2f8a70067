"""Census rounds: every door is owed an outcome."""
