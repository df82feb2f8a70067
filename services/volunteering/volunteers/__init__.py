"""Who helps, and what was checked before they may."""
