"""Incidents: an elder did not answer, and somebody must find out that they are safe."""
