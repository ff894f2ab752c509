"""Reversals, debts and refunds that fail: what came back of a payment's transfers, and which transfer an operation is of.

What has gone out of a payment is no longer bounded by a check of the row: a refund does not wait for the sellers' money
(the customer first), so that for a while, or for as long as there is a debt, more is out than came in. The stored proof
of M12 counts what is owed back with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = "ck_provider_operations_operationkind"
STATES = "ck_provider_operations_operationstate"
OUT = "ck_payments_out_within_captured"


def upgrade() -> None:
    op.add_column("payments", sa.Column("reversed_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_constraint(op.f(OUT), "payments", type_="check")
    op.create_check_constraint(
        op.f(OUT),
        "payments",
        "refunded_minor between 0 and captured_minor and transferred_minor between 0 and captured_minor "
        "and reversed_minor between 0 and transferred_minor",
    )
    op.add_column("provider_operations", sa.Column("transfer_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_provider_operations_transfer_id_provider_operations"),
        "provider_operations",
        "provider_operations",
        ["transfer_id"],
        ["id"],
    )
    op.create_index("ix_provider_operations_transfer_id", "provider_operations", ["transfer_id"])
    op.add_column(
        "provider_operations", sa.Column("set_off_minor", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_check_constraint(
        op.f("ck_provider_operations_set_off_of_debt"),
        "provider_operations",
        "set_off_minor between 0 and amount_minor and (set_off_minor = 0 or state in ('debt', 'set_off')) "
        "and (state <> 'set_off' or set_off_minor = amount_minor)",
    )
    _words(KINDS, "kind", "transfer", "refund", "reversal", "cancel_intent")
    _words(STATES, "state", "ready", "done", "failed", "cancelled", "debt", "set_off")
    op.create_index(
        "ix_provider_operations_party_id_currency_id",
        "provider_operations",
        ["party_id", "currency", "id"],
        postgresql_where="state = 'debt'",
    )


def _words(name: str, column: str, *words: str, not_valid: bool = False) -> None:
    op.drop_constraint(op.f(name), "provider_operations", type_="check")
    op.create_check_constraint(
        op.f(name),
        "provider_operations",
        f"{column} in ({', '.join(repr(word) for word in words)})",
        postgresql_not_valid=not_valid,
    )


def downgrade() -> None:
    """The old words and the old bound hold for what is written from then on; rows of the new ones stay as they are."""
    op.drop_index("ix_provider_operations_party_id_currency_id", "provider_operations")
    _words(STATES, "state", "ready", "done", "failed", not_valid=True)
    _words(KINDS, "kind", "transfer", "refund", "cancel_intent", not_valid=True)
    op.drop_constraint(op.f("ck_provider_operations_set_off_of_debt"), "provider_operations", type_="check")
    op.drop_column("provider_operations", "set_off_minor")
    op.drop_index("ix_provider_operations_transfer_id", "provider_operations")
    op.drop_column("provider_operations", "transfer_id")
    op.drop_constraint(op.f(OUT), "payments", type_="check")
    op.drop_column("payments", "reversed_minor")
    op.create_check_constraint(
        op.f(OUT),
        "payments",
        "refunded_minor >= 0 and transferred_minor >= 0 and refunded_minor + transferred_minor <= captured_minor",
        postgresql_not_valid=True,
    )
