"""What-ifs: a requirement and its variants, priced side by side."""
