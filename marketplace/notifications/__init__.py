"""Notices: what an organisation's members are told of what others did, read marks, and the mails that carry them.

Always true here: a notice is written in the transaction of the act that it tells of, and never changed but for when its
mails are due; each person reads, and is written to, for themself.
"""
