"""Requests, invitations, questions and bids as each side may load them; what is not theirs does not exist.

Whoever changes anything of a request holds its row; so nobody needs to lock an invitation, a question or a bid.
"""
