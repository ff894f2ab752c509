"""Reviews: what each side says of the other after a job that is done.

Always true here: one review of a job and side; nobody reads the other's before they have written their own, or can no
longer write one; nothing that was written is changed.
"""
