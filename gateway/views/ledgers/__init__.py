"""The three ledgers of promises: doors of the census, owed visits, members and lessons; each lists its gaps by name."""
