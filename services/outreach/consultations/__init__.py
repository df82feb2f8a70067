"""Consultations: asking people, and answering every one of them (OUT-40 to OUT-43)."""
