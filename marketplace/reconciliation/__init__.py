"""Our books beside the payment provider's: each run of the comparison, and every difference that one has found.

Always true here: a run and what it found are only added; a difference changes its state alone, and a person who
explains one gives a reason. What is open of those that are about money stops releases until it is gone or explained.
"""
