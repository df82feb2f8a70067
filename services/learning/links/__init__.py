"""Personal links: one member's, or one relative's, way to one lesson, and what was heard through it."""
