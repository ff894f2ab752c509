"""What keeps money from its sellers: freezes, releases that wait for their day, and how many days those are."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

WHY = sa.Enum(
    "dispute",
    "reconciliation",
    "destination_changed",
    "staff",
    name="freezewhy",
    native_enum=False,
    length=32,
    create_constraint=True,
)
STATE = sa.Enum(
    "waiting", "released", "dropped", name="releasestate", native_enum=False, length=32, create_constraint=True
)


def upgrade() -> None:
    op.create_table(
        "freezes",
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("why", WHY, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(order_id, organisation_id) <= 1", name=op.f("ck_freezes_one_scope")),
        sa.CheckConstraint("length(cause) between 1 and 200", name=op.f("ck_freezes_cause_length")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_freezes_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_freezes_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freezes")),
    )
    op.create_index(
        "ix_freezes_open",
        "freezes",
        ["order_id", "organisation_id", "why", "cause"],
        unique=True,
        postgresql_where=sa.text("lifted_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        op.f("ix_freezes_ends_at"),
        "freezes",
        ["ends_at"],
        postgresql_where=sa.text("lifted_at is null and ends_at is not null"),
    )
    op.create_table(
        "releases",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (ended_at is null)", name=op.f("ck_releases_ended_is_dated")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_releases_job_id_jobs")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_releases_order_id_orders")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_releases")),
    )
    op.create_index(op.f("ix_releases_order_id"), "releases", ["order_id"])
    op.create_index(
        op.f("ix_releases_due_at"), "releases", ["due_at"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "payout_schedules",
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days between 0 and 90", name=op.f("ck_payout_schedules_days_sane")),
        sa.CheckConstraint("length(reason) between 1 and 4000", name=op.f("ck_payout_schedules_reason_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_payout_schedules_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_payout_schedules_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_schedules")),
    )
    op.create_index(op.f("ix_payout_schedules_organisation_id_id"), "payout_schedules", ["organisation_id", "id"])
    op.execute("""
        create trigger append_only before update or delete on payout_schedules
        for each row execute function refuse_change()
    """)


def downgrade() -> None:
    for table in ("payout_schedules", "releases", "freezes"):
        op.drop_table(table)
