"""Jobs whose minutes a calendar or a breakdown took: what becomes of them, and what was moved before."""
