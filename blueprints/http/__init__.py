"""What every audience shares of HTTP: problem documents, doors, fields, paging, idempotency keys, who is asking."""
