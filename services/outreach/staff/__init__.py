"""Staff: what outreach keeps of who works for the community: where, whether they are there, and whom they suit."""
