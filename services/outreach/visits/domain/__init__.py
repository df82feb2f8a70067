"""The rules of visits: what a report must hold, and what becomes of a visit by it."""
