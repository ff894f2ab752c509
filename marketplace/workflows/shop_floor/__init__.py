"""A factory's hours and what is planned in them: calendars, breakdowns, plans, first articles."""
