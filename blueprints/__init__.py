"""HTTP: one room per audience, each behind its own door. Reads, asks the business, shows."""
