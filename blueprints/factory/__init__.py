"""For factories: work centres, calendars, rate cards, listings, jobs, payouts."""
