"""Offers frozen for a requirement: what a customer was told, and for how long it holds.

Always true here: an offer never changes; a quote is taken at most once (Q1); no price without closed geometry (Q6) and
stated units (Q3).
"""
