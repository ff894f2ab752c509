"""The customer's parts: upload, look, confirm units, download."""
