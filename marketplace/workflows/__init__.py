"""Stories that span domains, in rooms by what they are about: pricing, ordering, money, shop floor; a few in none.

A workflow with a port in its signature draws its own transactions and is safe to run twice; one without runs inside its
caller's.
"""
