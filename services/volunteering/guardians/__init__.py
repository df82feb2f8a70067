"""Who may act for a child: what volunteering keeps of the register's guardianships."""
