"""Value added and goods and services tax: rates with dates and sources, registrations, and who owes what where.

This package owns what states ask on a supply. A decision is a pure function of who sells, who buys, where the goods go
and the rates of the day, and says its reason; a seller that is not registered charges none. Rates and registrations
have dates and are never rewritten: what was decided on a day would be decided on that day again.
"""
