"""What was said in the register about children: what volunteering keeps of it, which is only whether it stands."""
