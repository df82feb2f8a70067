"""Consents: what outreach keeps of the register's, which is only whether they hold."""
