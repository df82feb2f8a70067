"""The people who work for the community."""
