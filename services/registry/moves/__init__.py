"""Where people stay: absences, moves to and from other communities, second homes."""
