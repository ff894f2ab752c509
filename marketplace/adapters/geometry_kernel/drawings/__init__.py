"""Flat drawings of sheet parts."""
