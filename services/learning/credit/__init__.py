"""Credit: the minutes that a member studies in a year, and who will not reach what is asked (LRN-32)."""
