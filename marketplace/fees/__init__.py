"""What the platform asks of each factory's price, and since when: a usual rate, and rates of single organisations.

Rates are only added, each from a day on, with who decided it and why. What an offer was priced at stays with the offer.
"""
