"""The rules of courses and their places."""
