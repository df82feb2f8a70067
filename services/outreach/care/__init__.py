"""Who is in the community's care: the people whom the visit policy covers, paired or not."""
