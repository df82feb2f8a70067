"""Setting up, starting and operating Nuanxin; imports nothing of a service but its command lines."""
