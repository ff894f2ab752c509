"""What a customer looks at: a thumbnail and a model for the browser."""
