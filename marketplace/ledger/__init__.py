"""Double entry, in integers: accounts, journals, postings.

Always true here (M6): a journal sums to zero per currency (a deferred trigger says so at commit), rows are only added,
and a journal's reference is unique, so that whoever posts second posts nothing.
"""
