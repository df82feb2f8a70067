"""What happened in a class meeting that a family must hear of: a record of its own."""
