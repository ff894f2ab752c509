"""For customers: parts, quotes, orders, payments."""
