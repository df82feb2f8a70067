"""Weather warnings: when the weather turns dangerous, everybody of the highest tier hears from somebody within a day."""
