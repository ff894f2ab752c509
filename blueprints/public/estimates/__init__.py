"""Prices for strangers: what a part of plain numbers would cost, no listing named."""
