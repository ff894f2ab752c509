"""Hosted pages: plain forms on which a person (or a test) does what customers, banks and owners do at Stripe."""
