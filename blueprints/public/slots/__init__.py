"""Slots of spare capacity that anyone may browse."""
