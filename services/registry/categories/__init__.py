"""Categories of people, over HTTP and by the clock; they are part of the person."""
