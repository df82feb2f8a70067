"""How volunteering answers facts of life."""
