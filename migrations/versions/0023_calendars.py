"""Calendars: holidays, unattended shifts, closures and overtime, imported calendars, breakdowns; what the calendar says of a day.

What a day has open stays at least what is held: `calendar_min` says beside it what the calendar gives. Code from before
writes days without it: a trigger takes for the calendar what it opens.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("work_centres", sa.Column("holidays", sa.Text(), nullable=True))
    op.add_column("work_centres", sa.Column("runs_unattended", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("shifts", sa.Column("attended", sa.Boolean(), nullable=False, server_default=sa.true()))
    _days()
    _plan_changes()
    _exceptions()
    _breakdowns()
    _imports()
    _links()


def _days() -> None:
    op.add_column("capacity_days", sa.Column("calendar_min", sa.BigInteger(), nullable=True))
    op.execute("update capacity_days set calendar_min = open_min")
    op.alter_column("capacity_days", "calendar_min", nullable=False)
    op.create_check_constraint(
        op.f("ck_capacity_days_calendar_not_negative"), "capacity_days", "calendar_min >= 0"
    )
    op.execute("""
        create function calendar_as_opened() returns trigger language plpgsql as $$
        begin
            new.calendar_min := new.open_min;
            return new;
        end $$
    """)
    op.execute("""
        create trigger calendar_as_opened before insert on capacity_days
        for each row when (new.calendar_min is null) execute function calendar_as_opened()
    """)


def _plan_changes() -> None:
    op.create_table(
        "plan_changes",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        *_identified("plan_changes"),
        sa.CheckConstraint("minutes > 0 and from_day <> to_day", name=op.f("ck_plan_changes_something_moved")),
        _length("plan_changes", "reason", 300),
        _foreign("plan_changes", "hold_id", "holds"),
        _foreign("plan_changes", "work_centre_id", "work_centres"),
    )
    op.create_index(op.f("ix_plan_changes_work_centre_id_id"), "plan_changes", ["work_centre_id", "id"])
    op.create_index(op.f("ix_plan_changes_hold_id"), "plan_changes", ["hold_id"])
    op.execute("""
        create trigger append_only before update or delete on plan_changes
        for each row execute function refuse_change()
    """)


def _exceptions() -> None:
    op.create_table(
        "calendar_exceptions",
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of("exceptionkind", "closure", "overtime"), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        *_identified("calendar_exceptions"),
        sa.CheckConstraint("first <= last", name=op.f("ck_calendar_exceptions_first_before_last")),
        sa.CheckConstraint(
            "(kind = 'overtime') = (minutes is not null) and minutes > 0",
            name=op.f("ck_calendar_exceptions_minutes_of_overtime"),
        ),
        _length("calendar_exceptions", "reason", 300),
        _foreign("calendar_exceptions", "work_centre_id", "work_centres"),
        _foreign("calendar_exceptions", "said_by", "users"),
    )
    op.create_index(op.f("ix_calendar_exceptions_work_centre_id_id"), "calendar_exceptions", ["work_centre_id", "id"])


def _breakdowns() -> None:
    op.create_table(
        "breakdowns",
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("source", _one_of("breakdownsource", "hand", "signal"), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("machines", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        *_identified("breakdowns"),
        sa.CheckConstraint("machines between 1 and 1000", name=op.f("ck_breakdowns_machines_sane")),
        sa.CheckConstraint("starts_at < until", name=op.f("ck_breakdowns_starts_before_until")),
        _length("breakdowns", "machine", 60, least=0),
        _length("breakdowns", "reason", 300),
        _foreign("breakdowns", "work_centre_id", "work_centres"),
        _foreign("breakdowns", "reported_by", "users"),
    )
    op.create_index(op.f("ix_breakdowns_work_centre_id_id"), "breakdowns", ["work_centre_id", "id"])
    still = sa.text("source = 'signal' and ended_at is null")
    op.create_index(
        "uq_breakdowns_signal_open", "breakdowns", ["work_centre_id", "machine"], unique=True, postgresql_where=still
    )
    op.create_index("ix_breakdowns_signal_until", "breakdowns", ["until"], postgresql_where=still)


def _imports() -> None:
    op.create_table(
        "imported_calendars",
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.Column("tried_at", INSTANT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        *_identified("imported_calendars"),
        _length("imported_calendars", "name", 120),
        _length("imported_calendars", "url", 2000),
        sa.CheckConstraint(
            "url is not null or content is not null", name=op.f("ck_imported_calendars_from_somewhere")
        ),
        sa.CheckConstraint("octet_length(content) <= 1048576", name=op.f("ck_imported_calendars_content_size")),
        _foreign("imported_calendars", "work_centre_id", "work_centres"),
        _foreign("imported_calendars", "added_by", "users"),
    )
    op.create_index(op.f("ix_imported_calendars_work_centre_id_id"), "imported_calendars", ["work_centre_id", "id"])
    op.create_index(
        op.f("ix_imported_calendars_tried_at"), "imported_calendars", ["tried_at"],
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "busy_spans",
        sa.Column("imported_calendar_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_busy_spans_starts_before_ends")),
        sa.ForeignKeyConstraint(
            ["imported_calendar_id"], ["imported_calendars.id"], ondelete="CASCADE",
            name=op.f("fk_busy_spans_imported_calendar_id_imported_calendars"),
        ),
        sa.PrimaryKeyConstraint("imported_calendar_id", "number", name=op.f("pk_busy_spans")),
    )


def _links() -> None:
    op.create_table(
        "calendar_links",
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        *_identified("calendar_links"),
        _length("calendar_links", "name", 120),
        _foreign("calendar_links", "work_centre_id", "work_centres"),
        _foreign("calendar_links", "made_by", "users"),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_links_secret_hash")),
    )
    op.create_index(op.f("ix_calendar_links_work_centre_id_id"), "calendar_links", ["work_centre_id", "id"])


def _identified(table: str) -> tuple[sa.Column | sa.Constraint, ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32, create_constraint=True)


def _length(table: str, column: str, most: int, *, least: int = 1) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"length({column}) between {least} and {most}", name=op.f(f"ck_{table}_{column}_length"))


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def downgrade() -> None:
    for table in ("calendar_links", "busy_spans", "imported_calendars", "breakdowns", "calendar_exceptions", "plan_changes"):
        op.drop_table(table)
    op.execute("drop trigger calendar_as_opened on capacity_days")
    op.execute("drop function calendar_as_opened")
    op.drop_column("capacity_days", "calendar_min")
    op.drop_column("shifts", "attended")
    op.drop_column("work_centres", "runs_unattended")
    op.drop_column("work_centres", "holidays")
