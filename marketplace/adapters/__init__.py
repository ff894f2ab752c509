"""Vendors and their odd habits, each behind a port of the domain that needs it.

An adapter may know a vendor's library, a file format or a process; it knows no HTTP route and no table of another
domain. What is always true here: a call that leaves the process happens outside a transaction, it has a limit of time,
and what comes back is the domain's own value or refusal, never the vendor's object.
"""
