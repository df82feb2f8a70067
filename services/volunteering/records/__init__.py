"""Training, awards and evaluation of volunteers."""
