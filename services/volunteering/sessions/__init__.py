"""Class meetings that open only when they are safe."""
