"""How learning answers facts of life."""
