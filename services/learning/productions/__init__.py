"""Makes recordings, videos and large print out of lessons, in the background."""
