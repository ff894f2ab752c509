"""The business: it knows tables and time, not HTTP and not vendors."""
