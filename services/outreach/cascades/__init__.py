"""How outreach answers facts of life."""
