"""Ways to pay: sessions, invoices and wallets beside the card; businesses found in a register, and their net terms.

And an index by which the unpaid orders of a customer are counted.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KINDS = "ck_provider_operations_operationkind"
OF_ITS_KIND = "ck_provider_operations_way_of_its_kind"


def upgrade() -> None:
    op.create_table(
        "business_verifications",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "number_kind",
            sa.Enum("vat", "registration", name="numberkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("why_withdrawn", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_business_verifications_country_form")),
        sa.CheckConstraint(
            "number ~ '^[0-9A-Z]([0-9A-Z./ -]{1,28}[0-9A-Z])$'", name=op.f("ck_business_verifications_number_form")
        ),
        sa.CheckConstraint(
            "(withdrawn_at is null) = (why_withdrawn is null)",
            name=op.f("ck_business_verifications_withdrawn_with_reason"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_by is null)",
            name=op.f("ck_business_verifications_withdrawn_by_somebody"),
        ),
        sa.CheckConstraint("length(reason) between 1 and 4000", name=op.f("ck_business_verifications_reason_length")),
        sa.CheckConstraint(
            "length(why_withdrawn) between 1 and 4000", name=op.f("ck_business_verifications_why_withdrawn_length")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_business_verifications_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["users.id"], name=op.f("fk_business_verifications_verified_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["users.id"], name=op.f("fk_business_verifications_withdrawn_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_verifications")),
    )
    op.create_index(
        op.f("ix_business_verifications_organisation_id_id"),
        "business_verifications",
        ["organisation_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_business_verifications_in_force",
        "business_verifications",
        ["organisation_id"],
        unique=True,
        postgresql_where="withdrawn_at is null",
    )
    op.create_table(
        "payment_terms",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("verification_id", sa.Uuid(), nullable=False),
        sa.Column("net_days", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("why_ended", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name=op.f("ck_payment_terms_ended_by_somebody")),
        sa.CheckConstraint("(ended_at is null) = (why_ended is null)", name=op.f("ck_payment_terms_ended_with_reason")),
        sa.CheckConstraint("length(reason) between 1 and 4000", name=op.f("ck_payment_terms_reason_length")),
        sa.CheckConstraint("length(why_ended) between 1 and 4000", name=op.f("ck_payment_terms_why_ended_length")),
        sa.CheckConstraint("net_days between 1 and 60", name=op.f("ck_payment_terms_net_days_few")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_payment_terms_ended_by_users")),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name=op.f("fk_payment_terms_granted_by_users")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_payment_terms_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["business_verifications.id"],
            name=op.f("fk_payment_terms_verification_id_business_verifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_terms")),
    )
    op.create_index(
        op.f("ix_payment_terms_organisation_id_id"), "payment_terms", ["organisation_id", "id"], unique=False
    )
    op.create_index(op.f("ix_payment_terms_verification_id"), "payment_terms", ["verification_id"], unique=False)
    op.create_index(
        "uq_payment_terms_in_force",
        "payment_terms",
        ["organisation_id"],
        unique=True,
        postgresql_where="ended_at is null",
    )
    op.create_table(
        "payment_terms_limits",
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_terms_limits_amount_some")),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["payment_terms.id"], name=op.f("fk_payment_terms_limits_terms_id_payment_terms")
        ),
        sa.PrimaryKeyConstraint("terms_id", "currency", name=op.f("pk_payment_terms_limits")),
    )
    op.create_table(
        "payment_ways",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "card",
                "checkout",
                "invoice",
                "alipay",
                "wechat_pay",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "opening",
                "requires_action",
                "processing",
                "partially_funded",
                "failed",
                "paid",
                "ended",
                name="waystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("idempotency_key", sa.Uuid(), nullable=False),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("was_due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("instructions", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("funded_minor", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method = 'invoice' or terms_id is null and customer_id is null", name=op.f("ck_payment_ways_invoice_alone")
        ),
        sa.CheckConstraint(
            "state in ('opening', 'failed', 'ended') or provider_id is not null", name=op.f("ck_payment_ways_open_is_known")
        ),
        sa.CheckConstraint("funded_minor >= 0", name=op.f("ck_payment_ways_funded_not_negative")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_ways_payment_id_payments")),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["payment_terms.id"], name=op.f("fk_payment_ways_terms_id_payment_terms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_ways")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_payment_ways_customer_id")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_ways_idempotency_key")),
        sa.UniqueConstraint("intent_id", name=op.f("uq_payment_ways_intent_id")),
        sa.UniqueConstraint("payment_id", "number", name=op.f("uq_payment_ways_payment_id_number")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_payment_ways_provider_id")),
    )
    op.create_index(
        op.f("ix_payment_ways_due_by"),
        "payment_ways",
        ["due_by"],
        unique=False,
        postgresql_where="method <> 'card' and state in ('opening', 'requires_action', 'processing', 'partially_funded')",
    )
    op.create_index(
        op.f("ix_payment_ways_payment_id"),
        "payment_ways",
        ["payment_id"],
        unique=True,
        postgresql_where="method <> 'card' and state in ('opening', 'requires_action', 'processing', 'partially_funded')",
    )
    op.create_index(
        op.f("ix_payment_ways_terms_id"),
        "payment_ways",
        ["terms_id"],
        unique=False,
        postgresql_where="terms_id is not null",
    )
    op.create_index(
        "ix_orders_unpaid", "orders", ["organisation_id"], unique=False, postgresql_where="state = 'awaiting_payment'"
    )
    op.add_column("provider_operations", sa.Column("way_id", sa.Uuid(), nullable=True))
    op.create_index(
        op.f("ix_provider_operations_way_id"),
        "provider_operations",
        ["way_id"],
        unique=False,
        postgresql_where="way_id is not null",
    )
    op.create_foreign_key(
        op.f("fk_provider_operations_way_id_payment_ways"), "provider_operations", "payment_ways", ["way_id"], ["id"]
    )
    _kinds("transfer", "refund", "reversal", "cancel_intent", "end_way", "return_funds")
    op.create_check_constraint(
        op.f(OF_ITS_KIND), "provider_operations", "(way_id is not null) = (kind in ('end_way', 'return_funds'))"
    )
    op.execute("""
        create trigger append_only before update or delete on payment_terms_limits
        for each row execute function refuse_change()
    """)


def _kinds(*words: str, not_valid: bool = False) -> None:
    op.drop_constraint(op.f(KINDS), "provider_operations", type_="check")
    op.create_check_constraint(
        op.f(KINDS),
        "provider_operations",
        f"kind in ({', '.join(repr(word) for word in words)})",
        postgresql_not_valid=not_valid,
    )


def downgrade() -> None:
    """The old words hold for what is written from then on; operations of the new kinds stay as they are."""
    op.drop_constraint(op.f(OF_ITS_KIND), "provider_operations", type_="check")
    _kinds("transfer", "refund", "reversal", "cancel_intent", not_valid=True)
    op.drop_constraint(op.f("fk_provider_operations_way_id_payment_ways"), "provider_operations", type_="foreignkey")
    op.drop_index(
        op.f("ix_provider_operations_way_id"), table_name="provider_operations", postgresql_where="way_id is not null"
    )
    op.drop_column("provider_operations", "way_id")
    op.drop_index("ix_orders_unpaid", table_name="orders", postgresql_where="state = 'awaiting_payment'")
    op.drop_index(op.f("ix_payment_ways_terms_id"), table_name="payment_ways", postgresql_where="terms_id is not null")
    op.drop_index(
        op.f("ix_payment_ways_payment_id"),
        table_name="payment_ways",
        postgresql_where="method <> 'card' and state in ('opening', 'requires_action', 'processing', 'partially_funded')",
    )
    op.drop_index(
        op.f("ix_payment_ways_due_by"),
        table_name="payment_ways",
        postgresql_where="method <> 'card' and state in ('opening', 'requires_action', 'processing', 'partially_funded')",
    )
    op.drop_table("payment_ways")
    op.drop_table("payment_terms_limits")
    op.drop_index("uq_payment_terms_in_force", table_name="payment_terms", postgresql_where="ended_at is null")
    op.drop_index(op.f("ix_payment_terms_verification_id"), table_name="payment_terms")
    op.drop_index(op.f("ix_payment_terms_organisation_id_id"), table_name="payment_terms")
    op.drop_table("payment_terms")
    op.drop_index(
        "uq_business_verifications_in_force",
        table_name="business_verifications",
        postgresql_where="withdrawn_at is null",
    )
    op.drop_index(op.f("ix_business_verifications_organisation_id_id"), table_name="business_verifications")
    op.drop_table("business_verifications")
