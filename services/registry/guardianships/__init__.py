"""Who may act for a ward, and who may not."""
