"""Who came: check-in by a code that changes each minute, and what becomes of staying away."""
