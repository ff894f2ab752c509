"""How long offers take from ever more live listings, beside what the machine could do at the same work."""
