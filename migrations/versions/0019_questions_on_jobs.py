"""Questions on jobs, how they ended, and when the clock of a job stood. Rows are only added."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("job_questions", "job_question_closings", "clock_stops", "clock_starts")


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "job_questions",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) between 1 and 2000", name=op.f("ck_job_questions_text_length")),
        reference("job_questions", "job_id", "jobs"),
        reference("job_questions", "asked_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_questions")),
    )
    op.create_table(
        "job_question_closings",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column(
            "end",
            sa.Enum("answered", "withdrawn", name="questionend", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(answer) between 1 and 4000", name=op.f("ck_job_question_closings_answer_length")),
        sa.CheckConstraint(
            "(\"end\" = 'answered') = (answer is not null)", name=op.f("ck_job_question_closings_answered_has_answer")
        ),
        reference("job_question_closings", "question_id", "job_questions"),
        reference("job_question_closings", "closed_by", "users"),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_job_question_closings")),
    )
    op.create_table(
        "clock_stops",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ships_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        reference("clock_stops", "job_id", "jobs"),
        reference("clock_stops", "question_id", "job_questions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_stops")),
        sa.UniqueConstraint("question_id", name=op.f("uq_clock_stops_question_id")),
    )
    op.create_table(
        "clock_starts",
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("restarted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ships_on", sa.Date(), nullable=False),
        reference("clock_starts", "stop_id", "clock_stops"),
        sa.PrimaryKeyConstraint("stop_id", name=op.f("pk_clock_starts")),
    )
    for table in ("job_questions", "clock_stops"):
        op.create_index(op.f(f"ix_{table}_job_id_id"), table, ["job_id", "id"])
    for table in TABLES:
        op.execute(f"""
            create trigger append_only before update or delete on {table}
            for each row execute function refuse_change()
        """)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
