"""Excused delays, and the marketplace's own figures of reputation; both are only added to.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("excused_delays", "reputation_means")


def _enum(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "excused_delays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("cause", _enum("cause", ("carrier", "platform")), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(reason) between 10 and 4000", name=op.f("ck_excused_delays_reason_length")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_excused_delays_job_id_jobs")),
        sa.ForeignKeyConstraint(["found_by"], ["users.id"], name=op.f("fk_excused_delays_found_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_excused_delays")),
        sa.UniqueConstraint("job_id", name=op.f("uq_excused_delays_job_id")),
    )
    op.create_table(
        "reputation_means",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", _enum("figurename", ("on_time", "right_first_time", "answer_time")), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("events > 0 and points >= 0", name=op.f("ck_reputation_means_some_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reputation_means")),
    )
    op.create_index(op.f("ix_reputation_means_name_id"), "reputation_means", ["name", "id"])
    for table in TABLES:
        op.execute(
            f"create trigger append_only before update or delete on {table} "
            "for each row execute function refuse_change()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
