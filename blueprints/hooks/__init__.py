"""For machines: the payment provider's events, and health."""
