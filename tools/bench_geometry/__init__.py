"""`make bench-geometry`: what measuring costs, file by file and step by step."""
