"""What the platform asks of factories' prices, from a day on."""
