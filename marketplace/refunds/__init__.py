"""Refunds that the staff orders: why, of which jobs, and who agreed to it.

Always true here: a refund above the limit of one person was agreed to by another; what is carried out has left the
shares of its jobs, to the minor unit.
"""
