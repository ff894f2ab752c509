"""When the factory's machines are open and why: closures, overtime, other calendars, and links to its own."""
