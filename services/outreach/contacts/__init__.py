"""Contacts: what other services and partners report of a person whom they saw (OUT-7)."""
