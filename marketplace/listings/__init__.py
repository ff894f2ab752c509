"""What is public and moderated: here, capacity listings.

Always true here: only a live listing makes offers, and nothing becomes live without a moderation decision.
"""
