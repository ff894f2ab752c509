"""What every domain stands on: money, time, refusals, states, who is asking, the database, transactions, paging.

Knows no domain. Pure where it can be; only `database` and `transaction` touch PostgreSQL.
"""
