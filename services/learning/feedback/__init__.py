"""What members say of a lesson, and the summary of a session in which everybody's words stand alike (LRN-33)."""
