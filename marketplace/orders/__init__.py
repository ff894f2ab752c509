"""Orders, their jobs, and what happens to them until the customer has accepted the goods.

Always true here: one job per factory and line; an order's total is the sum of its lines, and its shares add up to it
(M1).
"""
