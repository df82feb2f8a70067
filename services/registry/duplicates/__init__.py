"""People who may be one person: found, shown, and decided on once."""
