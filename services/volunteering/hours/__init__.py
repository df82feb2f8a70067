"""Volunteered time, verified by somebody else."""
