"""Minutes that are open and minutes that are held, day by day: the ledger of capacity.

Always true here: 0 <= held <= open on each day (the database says so), and a day's held minutes are the sum of the
lines of holds not yet given back. Locks are taken on the work centre first, then on its days.
"""
