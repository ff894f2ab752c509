"""Our books beside the payment provider's: runs of the comparison, and the differences that they found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KINDS = ("missing_here", "unknown_there", "different", "total", "overdue", "endpoint")
OUT = "ck_payments_out_within_captured"
OUT_NET = """
    refunded_minor between 0 and captured_minor and reversed_minor between 0 and transferred_minor
    and transferred_minor - reversed_minor <= captured_minor
"""
OUT_GROSS = """
    refunded_minor between 0 and captured_minor and transferred_minor between 0 and captured_minor
    and reversed_minor between 0 and transferred_minor
"""


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column(
            "scope",
            sa.Enum("recent", "whole", name="scope", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("movements", "journals", "adopted", "under_way", "events_filled", "differences", "opened")
        ),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "opened between 0 and differences", name=op.f("ck_reconciliations_opened_among_differences")
        ),
        sa.CheckConstraint(
            "(scope = 'whole') = (since is null)", name=op.f("ck_reconciliations_whole_from_the_beginning")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_table(
        "reconciliation_differences",
        sa.Column("found_in", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="differencekind", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("ours_minor", sa.BigInteger(), nullable=True),
        sa.Column("theirs_minor", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "explained",
                "resolved",
                name="differencestate",
                native_enum=False,
                length=32,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(ours_minor, theirs_minor) = 0 or currency is not null",
            name=op.f("ck_reconciliation_differences_amount_has_currency"),
        ),
        sa.CheckConstraint(
            "length(about) between 1 and 255", name=op.f("ck_reconciliation_differences_about_length")
        ),
        sa.CheckConstraint("length(says) between 1 and 500", name=op.f("ck_reconciliation_differences_says_length")),
        sa.ForeignKeyConstraint(
            ["found_in"],
            ["reconciliations.id"],
            name=op.f("fk_reconciliation_differences_found_in_reconciliations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_differences")),
    )
    op.create_index(op.f("ix_reconciliation_differences_found_in"), "reconciliation_differences", ["found_in"])
    op.create_index(op.f("ix_reconciliation_differences_state_id"), "reconciliation_differences", ["state", "id"])
    op.create_index(
        op.f("ix_reconciliation_differences_kind_about"),
        "reconciliation_differences",
        ["kind", "about"],
        unique=True,
        postgresql_where="state <> 'resolved'",
    )
    op.execute("""
        create trigger append_only before update or delete on reconciliations
        for each row execute function refuse_change()
    """)
    op.execute("""
        create trigger state_alone before update or delete on reconciliation_differences
        for each row execute function refuse_change_but_of_state()
    """)
    op.create_index(op.f("ix_journals_created_at"), "journals", ["created_at"], postgresql_using="brin")
    _limit_what_goes_out(OUT_NET)
    op.execute(f"alter table payments validate constraint {OUT}")


def downgrade() -> None:
    _limit_what_goes_out(OUT_GROSS)
    op.drop_index(op.f("ix_journals_created_at"), table_name="journals")
    op.drop_table("reconciliation_differences")
    op.drop_table("reconciliations")


def _limit_what_goes_out(condition: str) -> None:
    """What came back of a transfer may be sent again."""
    op.execute(f"alter table payments drop constraint {OUT}")
    op.execute(f"alter table payments add constraint {OUT} check ({condition}) not valid")
