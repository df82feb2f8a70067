"""Referrals: what another organisation is asked to do for a person, as far as the person agreed."""
