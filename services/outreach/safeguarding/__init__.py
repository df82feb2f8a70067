"""Safeguarding: signs of abuse, scam or harm, which only the named officers read (CLS3)."""
