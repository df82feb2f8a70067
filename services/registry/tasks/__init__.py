"""What somebody of the register has to do about a person or a household."""
