"""What became of an order's money, moment by moment, whoever moved it."""
