"""Reviews of jobs by both sides.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("customer", "factory", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("of_id", sa.Uuid(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("quality", sa.BigInteger(), nullable=False),
        sa.Column("communication", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("public_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("hidden_reason", sa.Text()),
        sa.Column("hidden_by", sa.Uuid()),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_reviews_job_id_jobs")),
        sa.ForeignKeyConstraint(["of_id"], ["organisations.id"], name=op.f("fk_reviews_of_id_organisations")),
        sa.ForeignKeyConstraint(["written_by"], ["users.id"], name=op.f("fk_reviews_written_by_users")),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_reviews_answered_by_users")),
        sa.ForeignKeyConstraint(["hidden_by"], ["users.id"], name=op.f("fk_reviews_hidden_by_users")),
        sa.CheckConstraint(
            "quality between 1 and 5 and communication between 1 and 5", name=op.f("ck_reviews_marks_1_to_5")
        ),
        sa.CheckConstraint("(answer is null) = (answered_by is null)", name=op.f("ck_reviews_answered_by_somebody")),
        sa.CheckConstraint(
            "(hidden_reason is null) = (hidden_by is null)", name=op.f("ck_reviews_hidden_with_reason")
        ),
        sa.CheckConstraint("length(text) between 0 and 4000", name=op.f("ck_reviews_text_length")),
        sa.CheckConstraint("length(answer) between 1 and 4000", name=op.f("ck_reviews_answer_length")),
        sa.CheckConstraint("length(hidden_reason) between 10 and 4000", name=op.f("ck_reviews_hidden_reason_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("job_id", "side", name=op.f("uq_reviews_job_id_side")),
    )
    op.create_index(op.f("ix_reviews_of_id_id"), "reviews", ["of_id", "id"])


def downgrade() -> None:
    op.drop_table("reviews")
