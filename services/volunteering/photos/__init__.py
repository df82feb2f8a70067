"""Pictures of the holiday class: taken and published only with every child's consent."""
