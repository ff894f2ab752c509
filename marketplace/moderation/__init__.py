"""Cases, decisions and appeals: how a listing comes to be public, or not.

Always true here (D1): no decision without an actor, a reason, a statement to the party, and a way to appeal.
"""
