"""Indexes of rare states that are asked for again and again: overdue jobs each minute, what waits for a person."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_jobs_answer_by", "jobs", ["answer_by"], postgresql_where="state = 'offered'")
    op.create_index("ix_provider_operations_id", "provider_operations", ["id"], postgresql_where="state = 'failed'")
    op.create_index(
        "ix_provider_events_received_at_id",
        "provider_events",
        ["received_at", "id"],
        postgresql_where="state = 'quarantined'",
    )


def downgrade() -> None:
    op.drop_index("ix_provider_events_received_at_id", "provider_events")
    op.drop_index("ix_provider_operations_id", "provider_operations")
    op.drop_index("ix_jobs_answer_by", "jobs")
