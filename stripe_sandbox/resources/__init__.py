"""Stripe's resources, one module each: what an object looks like, what may happen to it, and whom that concerns."""
