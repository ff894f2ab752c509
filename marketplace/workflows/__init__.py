"""Stories that span domains: intake, quoting, checkout, fulfilment, settlement, refunding.

A workflow with a port in its signature draws its own transactions and is safe to run twice; one without runs inside its
caller's.
"""
