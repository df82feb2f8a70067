"""The rules of wishes: intake, answer, doing, confirmation, clocks."""
