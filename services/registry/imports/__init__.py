"""Residents and doors out of a spreadsheet, in the background, each row for itself."""
