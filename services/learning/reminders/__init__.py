"""Reminders: whom to remind of a lesson that waits, and from when on (LRN-35)."""
