"""Logging in and out, and where one is logged in."""
