"""What we ask of the payment provider (outbox), what it tells us (inbox), and what we know of each payment.

Always true here: what we owe is committed before the provider is called, under a key stored with it (M10); nothing is
paid but on the provider's evidence (M11); what is refunded and transferred never exceeds what was captured (M12).
"""
