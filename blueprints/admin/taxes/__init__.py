"""Rates of tax from a day on, and the numbers of those who are registered."""
