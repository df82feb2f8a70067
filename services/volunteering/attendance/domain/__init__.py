"""The rules of coming and staying away."""
