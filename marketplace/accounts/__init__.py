"""Organisations, their members, and the credentials by which we know them.

Always true here: a secret is stored only as its hash; a session or token that is expired or revoked is nobody.
"""
