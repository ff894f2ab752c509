"""The factory's own machines: what they can do, when they are open, what they cost."""
