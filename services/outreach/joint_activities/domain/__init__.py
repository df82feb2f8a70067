"""The rules of joint activities: planning together, signing up, holding and reporting."""
