"""People: who they are, and the categories that hold for them."""
