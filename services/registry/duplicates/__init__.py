"""People who may be one person: found, shown, and decided on once."""

import os

# Before its domain imports pypinyin: a name is no phrase. The dictionary of phrases would hide readings of a polyphone,
# and takes 45 MB of each process.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
