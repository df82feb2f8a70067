"""The holiday classes: children, series, and meetings that open only when they are safe."""
