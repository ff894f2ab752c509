"""Reputation: what a factory's own jobs of a year say of it, as a published pure function of stored events.

Always true here: every figure can be reckoned again from the events that made it. It is shown to people and is no input
of any ranking.
"""
