"""Work centres whose free minutes rose: in which transaction, by triggers, so that what is known of calendars in memory
is an upper bound until then.

Revision ID: 0019
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RISEN = "new.open_min - new.held_min > old.open_min - old.held_min"


def upgrade() -> None:
    op.create_table(
        "capacity_rises",
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("changed_in", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centres.id"], name=op.f("fk_capacity_rises_work_centre_id_work_centres")
        ),
        sa.PrimaryKeyConstraint("work_centre_id", name=op.f("pk_capacity_rises")),
    )
    op.create_index(op.f("ix_capacity_rises_changed_in"), "capacity_rises", ["changed_in"])
    op.execute("""
        create function note_capacity_rise() returns trigger language plpgsql as $$
        begin
            insert into capacity_rises values (new.work_centre_id, pg_current_xact_id()::text::bigint)
            on conflict (work_centre_id) do update set changed_in = excluded.changed_in
            where capacity_rises.changed_in <> excluded.changed_in;
            return null;
        end $$
    """)
    op.execute("""
        create function note_opened_days() returns trigger language plpgsql as $$
        begin
            insert into capacity_rises
            select distinct work_centre_id, pg_current_xact_id()::text::bigint from opened
            where day <= current_date + 45
            on conflict (work_centre_id) do update set changed_in = excluded.changed_in
            where capacity_rises.changed_in <> excluded.changed_in;
            return null;
        end $$
    """)
    op.execute(f"""
        create trigger noted_risen after update on capacity_days
        for each row when ({RISEN}) execute function note_capacity_rise()
    """)
    op.execute("""
        create trigger noted_opened after insert on capacity_days referencing new table as opened
        for each statement execute function note_opened_days()
    """)
    op.execute(
        "insert into capacity_rises select distinct work_centre_id, pg_current_xact_id()::text::bigint "
        "from capacity_days"
    )


def downgrade() -> None:
    for trigger in ("noted_opened", "noted_risen"):
        op.execute(f"drop trigger {trigger} on capacity_days")
    for function in ("note_opened_days", "note_capacity_rise"):
        op.execute(f"drop function {function}")
    op.drop_table("capacity_rises")
