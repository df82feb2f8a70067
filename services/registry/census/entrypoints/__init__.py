"""The census over HTTP: the rounds as wholes, and their single doors."""
