"""What capacity a customer wants to be told of, and what was found."""
