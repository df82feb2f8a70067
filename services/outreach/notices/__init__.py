"""Notices: who is still to be told of which change, so that people without a telephone hear of it too."""
