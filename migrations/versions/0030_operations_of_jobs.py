"""What is reported of the operations of a job: begun, and done in so many minutes, with files that show it. Only added."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MILESTONE = sa.Enum("started", "finished", name="milestone", native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "operation_reports",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.BigInteger(), nullable=False),
        sa.Column("milestone", MILESTONE, nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("shows_minutes", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("operation > 0", name=op.f("ck_operation_reports_operation_from_one")),
        sa.CheckConstraint(
            "(milestone = 'finished') = (minutes is not null)", name=op.f("ck_operation_reports_finished_has_minutes")
        ),
        sa.CheckConstraint("minutes between 0 and 1000000", name=op.f("ck_operation_reports_minutes_sane")),
        sa.CheckConstraint(
            "minutes is not null or not shows_minutes", name=op.f("ck_operation_reports_shows_what_is_said")
        ),
        sa.CheckConstraint("length(note) between 0 and 2000", name=op.f("ck_operation_reports_note_length")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_operation_reports_job_id_jobs")),
        sa.ForeignKeyConstraint(["reported_by"], ["users.id"], name=op.f("fk_operation_reports_reported_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_reports")),
        sa.UniqueConstraint(
            "job_id", "operation", "milestone", name=op.f("uq_operation_reports_job_id_operation_milestone")
        ),
    )
    op.create_table(
        "operation_report_attachments",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["operation_reports.id"],
            name=op.f("fk_operation_report_attachments_report_id_operation_reports"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_operation_report_attachments_attachment_id_attachments"),
        ),
        sa.PrimaryKeyConstraint("report_id", "attachment_id", name=op.f("pk_operation_report_attachments")),
    )
    for table in ("operation_reports", "operation_report_attachments"):
        op.execute(f"""
            create trigger append_only before update or delete on {table}
            for each row execute function refuse_change()
        """)


def downgrade() -> None:
    op.drop_table("operation_report_attachments")
    op.drop_table("operation_reports")
