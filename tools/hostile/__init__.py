"""`make hostile`: thousands of damaged copies of good files; each may cost an error message, and nothing else."""
