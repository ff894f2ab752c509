"""How money gets to sellers: destinations, payments by our own bank in batches, payouts of the provider to their banks,
alerts of payouts that take too long; a transfer knows the way it was given to."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ACCOUNT_KINDS = "ck_ledger_accounts_accountkind"
OLD_KINDS = ("stripe", "stripe_fees", "held", "payable", "platform_fee", "refund_clearing")
NEW_KINDS = (*OLD_KINDS, "manual_clearing", "bank")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _rail(*, nullable: bool, default: str | None = None) -> sa.Column[str]:
    return sa.Column("rail", sa.String(32), nullable=nullable, server_default=default)


RAILS = "rail in ('stripe_transfer', 'manual_bank')"


def upgrade() -> None:
    op.add_column("payout_accounts", _rail(nullable=False, default="stripe_transfer"))
    op.create_check_constraint(op.f("ck_payout_accounts_rail"), "payout_accounts", RAILS)
    op.add_column("payout_accounts", sa.Column("trouble", sa.Text(), nullable=True))
    op.add_column("provider_operations", _rail(nullable=True))
    op.create_check_constraint(op.f("ck_provider_operations_rail"), "provider_operations", RAILS)
    op.create_check_constraint(
        op.f("ck_provider_operations_rail_of_transfer"), "provider_operations", "rail is null or kind = 'transfer'"
    )
    op.execute("update provider_operations set rail = 'stripe_transfer' where kind = 'transfer' and attempts > 0")
    _kinds(*NEW_KINDS)
    op.create_table(
        "bank_payouts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", _words("bankpayoutstate", "on_its_way", "paid", "cancelled", "failed"), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_bank_payouts_amount_some")),
        sa.CheckConstraint(
            "(state = 'failed') = (failure is not null)", name=op.f("ck_bank_payouts_failed_says_why")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bank_payouts_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_payouts")),
    )
    op.create_index(
        op.f("ix_bank_payouts_organisation_id_sent_at_id"), "bank_payouts", ["organisation_id", "sent_at", "id"]
    )
    op.create_table(
        "payout_destinations",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("rail", _words("rail", "stripe_transfer", "manual_bank"), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(rail = 'manual_bank') = (sealed is not null)", name=op.f("ck_payout_destinations_bank_has_details")
        ),
        sa.CheckConstraint(
            "called_off_at is null or held_until is not null",
            name=op.f("ck_payout_destinations_called_off_while_held"),
        ),
        sa.CheckConstraint("length(shown) between 1 and 200", name=op.f("ck_payout_destinations_shown_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_payout_destinations_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_payout_destinations_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_destinations")),
    )
    op.create_index(
        op.f("ix_payout_destinations_organisation_id_id"), "payout_destinations", ["organisation_id", "id"]
    )
    op.create_table(
        "payout_batches",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", _words("batchstate", "draft", "approved", "called_off", "closed"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_payout_batches_made_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batches")),
    )
    op.create_table(
        "batch_approvals",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payout_batches.id"], name=op.f("fk_batch_approvals_batch_id_payout_batches")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_batch_approvals_user_id_users")),
        sa.PrimaryKeyConstraint("batch_id", "user_id", name=op.f("pk_batch_approvals")),
    )
    op.execute("""
        create trigger append_only before update or delete on batch_approvals
        for each row execute function refuse_change()
    """)
    op.create_table(
        "bank_payments",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "state",
            _words("bankpaymentstate", "planned", "dropped", "ordered", "confirmed", "returned"),
            nullable=False,
        ),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_bank_payments_amount_some")),
        sa.CheckConstraint(
            "state <> 'confirmed' or bank_reference is not null", name=op.f("ck_bank_payments_confirmed_has_evidence")
        ),
        sa.CheckConstraint(
            "state not in ('dropped', 'returned') or problem is not null",
            name=op.f("ck_bank_payments_ended_says_why"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payout_batches.id"], name=op.f("fk_bank_payments_batch_id_payout_batches")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["provider_operations.id"],
            name=op.f("fk_bank_payments_operation_id_provider_operations"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bank_payments_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["payout_destinations.id"],
            name=op.f("fk_bank_payments_destination_id_payout_destinations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_payments")),
        sa.UniqueConstraint("bank_reference", name=op.f("uq_bank_payments_bank_reference")),
    )
    op.create_index(op.f("ix_bank_payments_batch_id"), "bank_payments", ["batch_id"])
    op.create_index("ix_bank_payments_operation_id", "bank_payments", ["operation_id"])
    op.create_index(
        "ix_bank_payments_living",
        "bank_payments",
        ["operation_id"],
        unique=True,
        postgresql_where=sa.text("state in ('planned', 'ordered', 'confirmed')"),
    )
    op.create_table(
        "payout_alerts",
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(operation_id, job_id) = 1", name=op.f("ck_payout_alerts_of_one_thing")),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["provider_operations.id"],
            name=op.f("fk_payout_alerts_operation_id_provider_operations"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["releases.job_id"], name=op.f("fk_payout_alerts_job_id_releases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_alerts")),
    )
    op.create_index(
        "ix_payout_alerts_open",
        "payout_alerts",
        ["operation_id", "job_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
        postgresql_nulls_not_distinct=True,
    )


def _kinds(*words: str, not_valid: bool = False) -> None:
    op.drop_constraint(op.f(ACCOUNT_KINDS), "ledger_accounts", type_="check")
    op.create_check_constraint(
        op.f(ACCOUNT_KINDS),
        "ledger_accounts",
        f"kind in ({', '.join(repr(word) for word in words)})",
        postgresql_not_valid=not_valid,
    )


def downgrade() -> None:
    """The old kinds of account hold for what is written from then on; rows of the new ones stay as they are."""
    for table in ("payout_alerts", "bank_payments", "batch_approvals", "payout_batches", "payout_destinations"):
        op.drop_table(table)
    op.drop_table("bank_payouts")
    _kinds(*OLD_KINDS, not_valid=True)
    op.drop_constraint(op.f("ck_provider_operations_rail_of_transfer"), "provider_operations", type_="check")
    op.drop_column("provider_operations", "rail")
    op.drop_column("payout_accounts", "trouble")
    op.drop_column("payout_accounts", "rail")
