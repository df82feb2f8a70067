"""Registry: people and homes, their case files, and the census rounds that miss no door."""
