"""A local, stateful Stripe with Connect, for development, the demo and the tests; it knows nothing of the marketplace.

Its contract is the installed `stripe` SDK. What is always true here: money moves only by balance transactions, and
balances are their sums; a request is carried out in full or refused, never half ignored; nothing leaves this machine.
"""
