"""Class series: courses over a holiday, and who has a place in them."""
