"""Notices, who has read them, and the mails that carry them. Of a notice only when its mails are due is written again."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind ~ '^[a-z0-9_]{1,40}$'", name=op.f("ck_notices_kind_form")),
        sa.CheckConstraint("length(text) between 0 and 2000", name=op.f("ck_notices_text_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_notices_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_organisation_id_id"), "notices", ["organisation_id", "id"])
    op.create_index(
        op.f("ix_notices_mail_due_at"),
        "notices",
        ["mail_due_at"],
        postgresql_where=sa.text("mail_due_at is not null"),
    )
    for table, instant in (("notice_reads", "read_at"), ("notice_mails", "sent_at")):
        op.create_table(
            table,
            sa.Column("user_id", sa.Uuid(), nullable=False),
            sa.Column("notice_id", sa.Uuid(), nullable=False),
            sa.Column(instant, sa.DateTime(timezone=True), nullable=False),
            *([sa.Column("problem", sa.Text(), nullable=True)] if table == "notice_mails" else []),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id_users")),
            sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f(f"fk_{table}_notice_id_notices")),
            sa.PrimaryKeyConstraint(
                *(("user_id", "notice_id") if table == "notice_reads" else ("notice_id", "user_id")),
                name=op.f(f"pk_{table}"),
            ),
        )
    op.create_table(
        "notice_settings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("wants_mail", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_settings_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_settings")),
    )
    op.execute("""
        create function refuse_change_of_notice() returns trigger language plpgsql as $$
        begin
            if tg_op = 'UPDATE' and to_jsonb(new) - 'mail_due_at' = to_jsonb(old) - 'mail_due_at' then
                return new;
            end if;
            raise exception '% is append-only but for when its mails are due', tg_table_name
                using errcode = 'restrict_violation';
        end $$
    """)
    op.execute("""
        create trigger told_stays_told before update or delete on notices
        for each row execute function refuse_change_of_notice()
    """)


def downgrade() -> None:
    for table in ("notice_settings", "notice_mails", "notice_reads", "notices"):
        op.drop_table(table)
    op.execute("drop function refuse_change_of_notice")
