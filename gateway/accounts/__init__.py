"""People who sign in: their accounts, roles, areas and tokens."""
