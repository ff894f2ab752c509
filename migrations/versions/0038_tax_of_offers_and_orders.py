"""Tax of offers, of lines of orders, and of shares: what was decided and why, and who owes it.

Offers and orders from before have none: nobody was registered for tax.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KIND = "ck_job_shares_sharekind"
NOBODY = "ck_job_shares_platform_is_nobody"
ACCOUNT = "ck_ledger_accounts_accountkind"
ACCOUNTS = (
    "stripe", "stripe_fees", "held", "payable", "platform_fee", "refund_clearing", "manual_clearing", "bank", "dispute",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("offers", sa.Column("tax", postgresql.JSONB(), nullable=True))
    op.add_column("offers", sa.Column("fee_tax_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_check_constraint(
        op.f("ck_offers_tax_sane"), "offers", "tax_minor >= 0 and fee_tax_minor between 0 and factory_minor"
    )
    op.add_column("order_lines", sa.Column("tax_minor", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("order_lines", sa.Column("tax", postgresql.JSONB(), nullable=True))
    op.create_check_constraint(
        op.f("ck_order_lines_tax_sane"), "order_lines", "tax_minor between 0 and total_minor"
    )
    _kinds("factory", "platform_fee", "tax")
    op.drop_constraint(op.f(NOBODY), "job_shares", type_="check")
    op.create_check_constraint(
        op.f(NOBODY),
        "job_shares",
        "(kind = 'factory' and party_id is not null) or (kind = 'platform_fee' and party_id is null) or kind = 'tax'",
    )
    _accounts(*ACCOUNTS, "tax")


def _kinds(*words: str, not_valid: bool = False) -> None:
    _words(KIND, "job_shares", words, not_valid)


def _accounts(*words: str, not_valid: bool = False) -> None:
    _words(ACCOUNT, "ledger_accounts", words, not_valid)


def _words(name: str, table: str, words: tuple[str, ...], not_valid: bool) -> None:
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(
        op.f(name), table, f"kind in ({', '.join(repr(word) for word in words)})", postgresql_not_valid=not_valid
    )


def downgrade() -> None:
    """The old words hold for what is written from then on; rows of the new ones stay as they are."""
    _accounts(*ACCOUNTS, not_valid=True)
    op.drop_constraint(op.f(NOBODY), "job_shares", type_="check")
    op.create_check_constraint(
        op.f(NOBODY), "job_shares", "(kind = 'platform_fee') = (party_id is null)", postgresql_not_valid=True
    )
    _kinds("factory", "platform_fee", not_valid=True)
    op.drop_constraint(op.f("ck_order_lines_tax_sane"), "order_lines", type_="check")
    op.drop_column("order_lines", "tax")
    op.drop_column("order_lines", "tax_minor")
    op.drop_constraint(op.f("ck_offers_tax_sane"), "offers", type_="check")
    op.drop_column("offers", "fee_tax_minor")
    op.drop_column("offers", "tax")
