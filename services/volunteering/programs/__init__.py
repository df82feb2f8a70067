"""Programs: what the community does again and again, of which each activity is a part."""
