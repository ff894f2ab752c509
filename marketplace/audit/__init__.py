"""Who did what to what, and when: written with the change itself, never changed after.

Always true here: rows are only added (a trigger refuses the rest).
"""
