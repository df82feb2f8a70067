"""Children of the holiday classes: their guardians, their health, who may fetch them."""
