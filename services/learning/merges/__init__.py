"""What the merge of two records of one person does to their study."""
