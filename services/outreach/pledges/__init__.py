"""Pledges (我要当先锋): offers of help and vanguard posts, until volunteering has taken them up and they are over."""
