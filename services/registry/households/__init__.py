"""Households and who belongs to them."""
