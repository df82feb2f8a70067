"""The four ledgers of promises: doors of the census, owed visits, what people asked for, members and lessons; each lists its gaps by name."""
