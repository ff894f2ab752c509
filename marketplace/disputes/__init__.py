"""Disputes: what the customer's bank takes back, how it is answered, and how it ends.

Always true here: money that a bank has taken rests in the order's dispute account until it is given back or is borne,
once; an inquiry moves none. What an answer shows is what the customer may see.
"""
