"""Case files: what a person needs, and how closely they are watched over."""
