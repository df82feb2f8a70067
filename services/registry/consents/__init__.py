"""What people agreed to, for whom and until when."""
