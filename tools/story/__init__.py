"""The story of one real order, played over HTTP against a running marketplace: a chapter a module, told by `telling`.

Chapters only use the public API and, for what a customer's or a factory's browser would do there, Stripe's.
"""
