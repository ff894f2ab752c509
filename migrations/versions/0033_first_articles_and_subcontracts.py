"""First articles that are released before the rest is made, and operations that somebody else does.

Columns of older tables are nullable or have a default, so that code from before goes on writing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def kind(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=32, create_constraint=True)


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def length(table: str, column: str, least: int, most: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length({column}) between {least} and {most}", name=op.f(f"ck_{table}_{column}_length")
    )


def upgrade() -> None:
    op.add_column(
        "jobs",
        sa.Column("first_article", kind("firstarticlegate", "awaited", "handed_over", "released"), nullable=True),
    )
    op.add_column("jobs", sa.Column("is_subcontracted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("clock_stops", "question_id", nullable=True)
    first_articles()
    subcontracts()
    op.add_column("operation_reports", sa.Column("subcontract_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_operation_reports_subcontract_id_subcontracts"),
        "operation_reports",
        "subcontracts",
        ["subcontract_id"],
        ["id"],
    )
    op.create_unique_constraint(op.f("uq_operation_reports_subcontract_id"), "operation_reports", ["subcontract_id"])
    op.create_check_constraint(
        op.f("ck_operation_reports_elsewhere_when_done"),
        "operation_reports",
        "minutes is not null or subcontract_id is null",
    )


def first_articles() -> None:
    table = "first_articles"
    state = kind("firstarticlestate", "handed_over", "released", "rejected", "withdrawn", "called_off")
    op.create_table(
        table,
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("last_entry", sa.BigInteger(), nullable=False),
        sa.Column("piece", sa.BigInteger(), nullable=False),
        sa.Column("is_conforming", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("handed_over_by", sa.Uuid(), nullable=False),
        sa.Column("answer_by", MOMENT, nullable=False),
        sa.Column("remind_at", MOMENT, nullable=True),
        sa.Column("reminders", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("had_left", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "number > 0 and piece > 0 and reminders >= 0", name=op.f("ck_first_articles_numbers_sane")
        ),
        sa.CheckConstraint(
            "(state = 'handed_over') = (remind_at is not null)", name=op.f("ck_first_articles_reminds_while_open")
        ),
        sa.CheckConstraint(
            "(state in ('released', 'rejected')) = (answered_by is not null) "
            "and (answered_by is null) = (answered_at is null) and (answered_by is null) = (answer is null)",
            name=op.f("ck_first_articles_answered_whole"),
        ),
        sa.CheckConstraint("state <> 'rejected' or answer <> ''", name=op.f("ck_first_articles_rejected_with_reason")),
        sa.CheckConstraint("state = 'rejected' or not had_left", name=op.f("ck_first_articles_had_left_when_rejected")),
        length(table, "note", 0, 2000),
        length(table, "answer", 0, 2000),
        reference(table, "job_id", "jobs"),
        reference(table, "record_id", "inspection_records"),
        reference(table, "handed_over_by", "users"),
        reference(table, "answered_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_articles")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_first_articles_job_id_number")),
        sa.UniqueConstraint("record_id", name=op.f("uq_first_articles_record_id")),
    )
    op.create_index(
        "uq_first_articles_job_id_open",
        table,
        ["job_id"],
        unique=True,
        postgresql_where=sa.text("state = 'handed_over'"),
    )
    op.create_index(
        op.f("ix_first_articles_remind_at"), table, ["remind_at"], postgresql_where=sa.text("remind_at is not null")
    )


def subcontracts() -> None:
    table = "subcontracts"
    words = ("proposed", "agreed", "refused", "withdrawn", "declined", "done", "called_off")
    op.create_table(
        table,
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.BigInteger(), nullable=False),
        sa.Column("operation_name", sa.Text(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("subcontractor_id", sa.Uuid(), nullable=True),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("state", kind("subcontractstate", *words), nullable=False),
        sa.Column("shares_file", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("number > 0 and operation > 0", name=op.f("ck_subcontracts_numbers_from_one")),
        sa.CheckConstraint(
            "(agreed_at is null) = (agreed_by is null) and (agreed_at is not null or not shares_file) "
            "and (agreed_at is not null or state not in ('agreed', 'declined', 'done')) "
            "and (agreed_at is null or state not in ('proposed', 'refused'))",
            name=op.f("ck_subcontracts_agreed_whole"),
        ),
        sa.CheckConstraint(
            "(answer is not null) = (state in ('refused', 'declined'))", name=op.f("ck_subcontracts_no_with_reason")
        ),
        length(table, "company", 1, 200),
        length(table, "what", 1, 2000),
        length(table, "answer", 1, 2000),
        reference(table, "job_id", "jobs"),
        reference(table, "factory_id", "organisations"),
        reference(table, "subcontractor_id", "organisations"),
        reference(table, "proposed_by", "users"),
        reference(table, "agreed_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subcontracts")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_subcontracts_job_id_number")),
    )
    op.create_index(
        "uq_subcontracts_job_id_operation_open",
        table,
        ["job_id", "operation"],
        unique=True,
        postgresql_where=sa.text("state in ('proposed', 'agreed')"),
    )
    op.create_index(
        op.f("ix_subcontracts_subcontractor_id_id"),
        table,
        ["subcontractor_id", "id"],
        postgresql_where=sa.text("subcontractor_id is not null"),
    )


def downgrade() -> None:
    """Stops of clocks without a question stay: code from before shows them as it shows the others."""
    op.drop_constraint(op.f("ck_operation_reports_elsewhere_when_done"), "operation_reports", type_="check")
    op.drop_constraint(op.f("uq_operation_reports_subcontract_id"), "operation_reports", type_="unique")
    op.drop_constraint(
        op.f("fk_operation_reports_subcontract_id_subcontracts"), "operation_reports", type_="foreignkey"
    )
    op.drop_column("operation_reports", "subcontract_id")
    op.drop_table("subcontracts")
    op.drop_table("first_articles")
    op.drop_column("jobs", "is_subcontracted")
    op.drop_constraint(op.f("ck_jobs_firstarticlegate"), "jobs", type_="check")
    op.drop_column("jobs", "first_article")
