"""One key, one effect: a repeated POST finds what the first one made.

Always true here: the key's row commits in the same transaction as the thing it made.
"""
