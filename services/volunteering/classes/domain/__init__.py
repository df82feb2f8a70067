"""The rules of the holiday classes."""
