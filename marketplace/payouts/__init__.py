"""Where sellers' money goes and how it gets there: destinations, payments by our own bank, and what a seller is told.

Always true here: a payment by bank has the yes of two persons before our bank is told of it and a reference of its own
once it was made; a changed destination is known to every owner three days before money goes there; a payout that does
not come to its end is a person's matter (M7).
"""
