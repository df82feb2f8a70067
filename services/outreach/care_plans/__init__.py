"""Care plans: what is to get better for a person, by whom, and how one will see it."""
