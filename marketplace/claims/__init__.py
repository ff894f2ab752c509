"""Claims: what the customer says is wrong with the goods, what the factory says to that, and who decides in the end.

Always true here: a job has one open claim at most, and is claimed exactly as long as it has one; a settled claim says
by which remedy.
"""
