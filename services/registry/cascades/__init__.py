"""How registry answers facts of life."""
