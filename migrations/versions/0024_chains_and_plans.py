"""Steps that follow elsewhere in the house, holds over several work centres, and changes of plans.

What is new has a default, so that code from before goes on writing. The key of hold_lines grows by the work centre: a hold
may have minutes of several on one day.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "onward_steps",
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("next_id", sa.Uuid(), nullable=False),
        sa.Column("setup_min", sa.BigInteger(), nullable=False),
        sa.Column("run_mmin_each", sa.BigInteger(), nullable=False),
        sa.Column("transport_days", sa.BigInteger(), nullable=False),
        sa.Column("finish", sa.Text(), nullable=True),
        sa.CheckConstraint("number between 1 and 6", name=op.f("ck_onward_steps_number_sane")),
        sa.CheckConstraint("work_centre_id <> next_id", name=op.f("ck_onward_steps_elsewhere")),
        sa.CheckConstraint("setup_min between 0 and 10000", name=op.f("ck_onward_steps_setup_sane")),
        sa.CheckConstraint("run_mmin_each between 0 and 100000000", name=op.f("ck_onward_steps_run_sane")),
        sa.CheckConstraint("setup_min > 0 or run_mmin_each > 0", name=op.f("ck_onward_steps_takes_time")),
        sa.CheckConstraint("transport_days between 0 and 60", name=op.f("ck_onward_steps_transport_sane")),
        sa.ForeignKeyConstraint(
            ["work_centre_id"],
            ["work_centres.id"],
            name=op.f("fk_onward_steps_work_centre_id_work_centres"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["next_id"], ["work_centres.id"], name=op.f("fk_onward_steps_next_id_work_centres")),
        sa.PrimaryKeyConstraint("work_centre_id", "number", name=op.f("pk_onward_steps")),
    )
    op.create_index(op.f("ix_onward_steps_next_id"), "onward_steps", ["next_id"])
    op.add_column("offers", sa.Column("setup_min", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("offers", sa.Column("chain", JSONB(), nullable=True))
    op.add_column("holds", sa.Column("elsewhere", ARRAY(sa.Uuid()), nullable=True))
    op.add_column("holds", sa.Column("steps", JSONB(), nullable=True))
    op.add_column("hold_lines", sa.Column("operation", sa.BigInteger(), nullable=False, server_default="1"))
    _key("hold_id", "day", "work_centre_id")
    _plan_changes()


def _key(*columns: str) -> None:
    op.drop_constraint(op.f("pk_hold_lines"), "hold_lines", type_="primary")
    op.create_primary_key(op.f("pk_hold_lines"), "hold_lines", list(columns))


def _plan_changes() -> None:
    op.create_table(
        "job_plan_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("operation", sa.BigInteger(), nullable=True),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("was_on", sa.Date(), nullable=False),
        sa.Column("ships_on", sa.Date(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("move in ('moved', 'split', 'replanned')", name=op.f("ck_job_plan_changes_planmove")),
        sa.CheckConstraint("length(reason) between 1 and 1000", name=op.f("ck_job_plan_changes_reason_length")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_job_plan_changes_hold_id_holds")),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_job_plan_changes_changed_by_users")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_job_plan_changes_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_plan_changes")),
    )
    op.create_index(op.f("ix_job_plan_changes_hold_id"), "job_plan_changes", ["hold_id"])
    op.execute("""
        create trigger append_only before update or delete on job_plan_changes
        for each row execute function refuse_change()
    """)


def downgrade() -> None:
    """Minutes at other work centres than the hold's own go back: there is no place for them."""
    op.drop_table("job_plan_changes")
    op.execute("""
        with gone as (
            delete from hold_lines l using holds h where h.id = l.hold_id and l.work_centre_id <> h.work_centre_id
            returning l.hold_id, l.work_centre_id, l.day, l.minutes, l.given_back_at
        ), shorter as (
            update holds set minutes = holds.minutes - g.minutes
            from (select hold_id, sum(minutes) as minutes from gone group by hold_id) g where g.hold_id = holds.id
        )
        update capacity_days d set held_min = d.held_min - g.minutes
        from (select work_centre_id, day, sum(minutes) as minutes from gone where given_back_at is null
              group by work_centre_id, day) g
        where g.work_centre_id = d.work_centre_id and g.day = d.day
    """)
    _key("hold_id", "day")
    op.drop_column("hold_lines", "operation")
    for table, columns in (("holds", ("steps", "elsewhere")), ("offers", ("chain", "setup_min"))):
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("onward_steps")
