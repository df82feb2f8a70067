"""Duty: who is called at any hour, and who answers when nobody is on the roster."""
