"""Birthdays to come, over HTTP and by the clock; what is celebrated is part of the person."""
