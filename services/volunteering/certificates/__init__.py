"""Certificates of volunteered time."""
