"""Grids: what outreach keeps of the register's grids, which is who leads each."""
