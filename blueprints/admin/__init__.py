"""For the staff of this marketplace: cases, the audit trail, dead jobs, the ledger."""
