"""A sign that somebody is harmed, and its way to the authorities: the same for elders and for children."""
