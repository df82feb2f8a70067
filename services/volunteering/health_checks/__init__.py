"""Health checks: their results stay here, sealed; a red flag asks for a call on the same day."""
