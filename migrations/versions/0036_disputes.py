"""Disputes and their evidence; what of a payment is contested at the customer's bank, and what the bank has taken for good."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ACCOUNTS = "ck_ledger_accounts_accountkind"
KINDS = (
    "stripe", "stripe_fees", "held", "payable", "platform_fee", "refund_clearing", "manual_clearing", "bank",
)  # fmt: skip
STATES = ("inquiry", "inquiry_answered", "needs_answer", "under_review", "won", "lost", "closed")


def upgrade() -> None:
    _account_kinds(*KINDS, "dispute")
    for name in ("disputed_minor", "charged_back_minor"):
        op.add_column("payments", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.create_check_constraint(
        op.f("ck_payments_back_within_captured"),
        "payments",
        "disputed_minor >= 0 and charged_back_minor >= 0 and refunded_minor + charged_back_minor <= captured_minor",
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="disputestate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.Column("borne_minor", sa.BigInteger(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.Uuid(), nullable=False),
        sa.Column("given_up_by", sa.Uuid(), nullable=True),
        sa.Column("given_up_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_disputes_amount_some")),
        sa.CheckConstraint("borne_minor = 0 or state = 'lost'", name=op.f("ck_disputes_borne_when_lost")),
        sa.CheckConstraint(
            "(given_up_by is null) = (given_up_reason is null)", name=op.f("ck_disputes_given_up_with_reason")
        ),
        sa.CheckConstraint(
            "length(given_up_reason) between 1 and 4000", name=op.f("ck_disputes_given_up_reason_length")
        ),
        sa.ForeignKeyConstraint(["given_up_by"], ["users.id"], name=op.f("fk_disputes_given_up_by_users")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_disputes_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_disputes_idempotency_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_disputes_provider_id")),
    )
    op.create_index("ix_disputes_payment_id", "disputes", ["payment_id"])
    op.create_index(
        "ix_disputes_looked_at",
        "disputes",
        ["looked_at"],
        postgresql_where=sa.text("state not in ('won', 'lost', 'closed')"),
    )
    op.create_table(
        "dispute_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("to_inquiry", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("upload_key", sa.Uuid(), nullable=False),
        sa.Column("submit_key", sa.Uuid(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(sent_at is null) = (sent_by is null)", name=op.f("ck_dispute_evidence_sent_by_somebody")),
        sa.CheckConstraint("length(statement) between 0 and 4000", name=op.f("ck_dispute_evidence_statement_length")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_dispute_evidence_sha256_form")),
        sa.CheckConstraint("size_bytes between 1 and 5000000", name=op.f("ck_dispute_evidence_size_within_limit")),
        sa.CheckConstraint(
            "submitted_at is null or sent_at is not null", name=op.f("ck_dispute_evidence_submitted_was_sent")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_evidence_dispute_id_disputes")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_dispute_evidence_made_by_users")),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name=op.f("fk_dispute_evidence_sent_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_evidence")),
        sa.UniqueConstraint("dispute_id", "number", name=op.f("uq_dispute_evidence_dispute_id_number")),
        sa.UniqueConstraint("submit_key", name=op.f("uq_dispute_evidence_submit_key")),
        sa.UniqueConstraint("upload_key", name=op.f("uq_dispute_evidence_upload_key")),
    )
    op.create_index(
        "ix_dispute_evidence_dispute_id_to_inquiry",
        "dispute_evidence",
        ["dispute_id", "to_inquiry"],
        unique=True,
        postgresql_where=sa.text("sent_at is not null"),
    )
    op.create_index("ix_dispute_evidence_sha256", "dispute_evidence", ["sha256"])


def downgrade() -> None:
    """Money in accounts of disputes stays in the books; the old words hold for what is written from then on."""
    op.drop_table("dispute_evidence")
    op.drop_table("disputes")
    op.drop_constraint(op.f("ck_payments_back_within_captured"), "payments", type_="check")
    op.drop_column("payments", "charged_back_minor")
    op.drop_column("payments", "disputed_minor")
    _account_kinds(*KINDS, not_valid=True)


def _account_kinds(*words: str, not_valid: bool = False) -> None:
    op.drop_constraint(op.f(ACCOUNTS), "ledger_accounts", type_="check")
    op.create_check_constraint(
        op.f(ACCOUNTS),
        "ledger_accounts",
        f"kind in ({', '.join(repr(word) for word in words)})",
        postgresql_not_valid=not_valid,
    )
