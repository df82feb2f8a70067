"""The rules of incidents: the ladder's clocks, how an incident moves on it, and whose word ends it."""
