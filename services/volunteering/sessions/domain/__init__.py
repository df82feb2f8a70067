"""The rules of class meetings."""
