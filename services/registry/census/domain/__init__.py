"""The rules of the census: the round with its closing gate, and the doors that are owed an outcome."""
