"""Listings as a customer asks about them: does this one answer, and if not, why."""
