"""The local Stripe, seen by the real `stripe` client over HTTP."""
