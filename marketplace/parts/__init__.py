"""Parts, their immutable revisions, the files behind them, and who looked at them.

Always true here: a revision's file never changes (its name is its hash); units are stated before anything is
priced (Q3).
"""
