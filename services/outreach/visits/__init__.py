"""Visits: what staff did at a door or on the telephone, and whom they saw."""
