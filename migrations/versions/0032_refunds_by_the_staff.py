"""Refunds that the staff orders, above a limit with a second person.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("is_above_limit", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "carried_out", "refused",
                name="staffrefundstate", native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("refusal", sa.Text()),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_staff_refunds_order_id_orders")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_staff_refunds_proposed_by_users")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_staff_refunds_decided_by_users")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_staff_refunds_amount_some")),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_by is null)", name=op.f("ck_staff_refunds_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal is not null)", name=op.f("ck_staff_refunds_refused_with_reason")
        ),
        sa.CheckConstraint(
            "not is_above_limit or state <> 'carried_out' or decided_by <> proposed_by",
            name=op.f("ck_staff_refunds_agreed_by_another"),
        ),
        sa.CheckConstraint("length(reason) between 1 and 4000", name=op.f("ck_staff_refunds_reason_length")),
        sa.CheckConstraint("length(refusal) between 1 and 4000", name=op.f("ck_staff_refunds_refusal_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_refunds")),
    )  # fmt: skip
    op.create_index(op.f("ix_staff_refunds_order_id"), "staff_refunds", ["order_id"])
    op.create_index(
        op.f("ix_staff_refunds_id"), "staff_refunds", ["id"], postgresql_where="state = 'proposed'"
    )
    op.create_table(
        "staff_refund_parts",
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["staff_refunds.id"], name=op.f("fk_staff_refund_parts_refund_id_staff_refunds")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_staff_refund_parts_job_id_jobs")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_staff_refund_parts_amount_some")),
        sa.PrimaryKeyConstraint("refund_id", "job_id", name=op.f("pk_staff_refund_parts")),
    )


def downgrade() -> None:
    op.drop_table("staff_refund_parts")
    op.drop_table("staff_refunds")
