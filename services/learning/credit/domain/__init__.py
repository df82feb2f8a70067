"""How much study a year asks of a member, and how much there was."""
