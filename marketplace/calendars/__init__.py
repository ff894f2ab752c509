"""When a work centre is open and why: its week, holidays, closures, overtime, other calendars, and breakdowns.

Always true here: what is open on a day follows from stored rows by one pure function (`rules.opening`); nothing of it
is kept but in `capacity_days`, which the days' owner, `capacity`, writes anew whenever one of these rows changes.
"""
