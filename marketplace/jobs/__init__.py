"""Work that nobody waits for: a job commits with the change that asked for it, and is done at least once.

Always true here: every task is safe to run twice.
"""
