"""Money of an order at the provider and in the ledger: paid, held, owed, sent, given back, disputed, compared."""
