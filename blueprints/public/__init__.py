"""For everyone, without a login: what the marketplace can do, and how to talk to it."""
