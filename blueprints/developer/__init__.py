"""For those who build on the API: tokens."""
