"""Messages on jobs, orders and requests for quotation, the files that they point to, and who has read until when."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

THREADS = (("job_id", "jobs"), ("order_id", "orders"), ("invitation_id", "rfq_invitations"))
CHECKS = (
    ("text_length", "length(text) between 1 and 4000"),
    ("in_one_thread", "num_nonnulls(job_id, order_id, invitation_id) = 1"),
    ("staff_is_nobody", "(side = 'staff') = (organisation_id is null)"),
    ("staff_talks_on_orders", "(side = 'staff') <= (order_id is not null)"),
    ("factories_talk_elsewhere", "(side = 'factory') <= (order_id is null)"),
)


def side() -> sa.Enum:
    return sa.Enum("customer", "factory", "staff", name="side", native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "messages",
        *(sa.Column(column, sa.Uuid(), nullable=True) for column, _ in THREADS),
        sa.Column("side", side(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_messages_{name}")) for name, rule in CHECKS),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_messages_{column}_{table}"))
            for column, table in (*THREADS, ("organisation_id", "organisations"), ("written_by", "users"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    for column, _ in THREADS:
        op.create_index(
            op.f(f"ix_messages_{column}_id"),
            "messages",
            [column, "id"],
            postgresql_where=sa.text(f"{column} is not null"),
        )
    op.create_table(
        "message_attachments",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table[:-1]}_id"], [f"{table}.id"], name=op.f(f"fk_message_attachments_{table[:-1]}_id_{table}")
            )
            for table in ("messages", "attachments")
        ),
        sa.PrimaryKeyConstraint("message_id", "attachment_id", name=op.f("pk_message_attachments")),
    )
    op.create_table(
        "message_marks",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("side", side(), nullable=False),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_message_marks_user_id_users")),
        sa.PrimaryKeyConstraint("thread_id", "user_id", name=op.f("pk_message_marks")),
    )
    for table in ("messages", "message_attachments"):
        op.execute(f"""
            create trigger append_only before update or delete on {table}
            for each row execute function refuse_change()
        """)


def downgrade() -> None:
    for table in ("message_marks", "message_attachments", "messages"):
        op.drop_table(table)
