"""Signing up, and the password."""
