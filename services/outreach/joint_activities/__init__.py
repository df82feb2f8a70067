"""Joint activities (联学联建): several hosts, one activity, with what each of them contributed on record."""
