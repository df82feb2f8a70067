"""Volunteers, activities, hours, and the holiday classes of the loving mums and dads."""
