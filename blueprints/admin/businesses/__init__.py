"""Businesses that were found in a register, and their net terms."""
