"""Life and death of people, as staff record them."""
