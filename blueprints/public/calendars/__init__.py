"""Calendars for calendar programs, each under a secret address."""
