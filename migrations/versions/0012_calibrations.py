"""Calibrations: what past jobs said of a work centre's figures; and how far its own jobs lay from what was computed.

Of a calibration only the decision is ever written later, and once: a trigger refuses all else.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_centres", sa.Column("spread", JSONB(none_as_null=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_work_centres_spread_sane"),
        "work_centres",
        "(spread ->> 'time_low_bps')::bigint between 1 and 10000"
        " and (spread ->> 'time_high_bps')::bigint between 10000 and 1000000",
    )
    op.create_table(
        "calibrations",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "accepted", "refused",
                name="calibrationstate", native_enum=False, length=32, create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("method", sa.BigInteger(), nullable=False),
        sa.Column("constants_sha256", sa.Text(), nullable=False),
        sa.Column("baseline", JSONB(), nullable=False),
        sa.Column("rate_card_id", sa.Uuid(), nullable=True),
        sa.Column("jobs", JSONB(), nullable=False),
        sa.Column("fits", JSONB(), nullable=False),
        sa.Column("constants", JSONB(), nullable=False),
        sa.Column("margin_bps", sa.BigInteger(), nullable=True),
        sa.Column("spread", JSONB(none_as_null=True), nullable=True),
        sa.Column("warnings", JSONB(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jsonb_array_length(jobs) between 5 and 50", name=op.f("ck_calibrations_jobs_enough")),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at is null)", name=op.f("ck_calibrations_decision_dated")
        ),
        sa.CheckConstraint(
            "(decided_at is null) = (decided_by is null)", name=op.f("ck_calibrations_decision_signed")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (reason is not null)", name=op.f("ck_calibrations_refusal_reasoned")
        ),
        sa.CheckConstraint("length(reason) between 1 and 2000", name=op.f("ck_calibrations_reason_length")),
        sa.CheckConstraint("margin_bps between 0 and 9000", name=op.f("ck_calibrations_margin_sane")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_calibrations_{column}_{table}")
            )
            for column, table in (
                ("organisation_id", "organisations"),
                ("work_centre_id", "work_centres"),
                ("rate_card_id", "rate_cards"),
                ("proposed_by", "users"),
                ("decided_by", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
    )
    op.create_index(op.f("ix_calibrations_work_centre_id"), "calibrations", ["work_centre_id"])
    op.execute("""
        create function refuse_change_of_evidence() returns trigger language plpgsql as $$
        declare decision text[] := array['state', 'decided_by', 'decided_at', 'reason'];
        begin
            if tg_op = 'UPDATE' and old.state = 'proposed' and to_jsonb(new) - decision = to_jsonb(old) - decision then
                return new;
            end if;
            raise exception '% is append-only but for its one decision', tg_table_name using errcode = 'restrict_violation';
        end $$
    """)
    op.execute("""
        create trigger evidence_stays before update or delete on calibrations
        for each row execute function refuse_change_of_evidence()
    """)


def downgrade() -> None:
    op.drop_table("calibrations")
    op.execute("drop function refuse_change_of_evidence")
    op.drop_constraint(op.f("ck_work_centres_spread_sane"), "work_centres")
    op.drop_column("work_centres", "spread")
