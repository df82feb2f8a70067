"""Kin of people, over HTTP; the list itself is part of the person."""
