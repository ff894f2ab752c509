"""Rate cards with set-up, tooling, finishes, breaks, lead times, delivery and limits; work centres with what they hold and
constants of their own; quotes that remember what was asked, and offers with an interval and every share.

What is new has a default, so that code from before goes on writing. `listing_changes` notes which listings changed in
which transaction, by triggers, so that a process keeps what quoting reads of them and looks only for what changed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STANDARD_ALONE = '{"standard": {"wait_days": 0, "change_bps": 0}}'


def upgrade() -> None:
    _rate_cards()
    _work_centres()
    _quotes()
    _offers()
    _listing_changes()


def _rate_cards() -> None:
    op.add_column("rate_cards", sa.Column("setup_rate_minor_per_h", sa.BigInteger(), nullable=True))
    op.add_column("rate_cards", sa.Column("tooling_rate_minor_per_h", sa.BigInteger(), nullable=True))
    for name, default in (
        ("finishes", "{}"),
        ("breaks", "[]"),
        ("tiers", STANDARD_ALONE),
        ("delivery", "{}"),
        ("limits", "{}"),
    ):
        op.add_column("rate_cards", sa.Column(name, JSONB(), nullable=False, server_default=default))
    for name in ("setup_rate", "tooling_rate"):
        op.create_check_constraint(
            op.f(f"ck_rate_cards_{name}_sane"), "rate_cards", f"{name}_minor_per_h between 0 and 1000000000"
        )
    op.create_check_constraint(op.f("ck_rate_cards_standard_offered"), "rate_cards", "tiers ? 'standard'")


def _work_centres() -> None:
    op.add_column("work_centres", sa.Column("tolerance", sa.Text(), nullable=False, server_default="standard"))
    op.add_column("work_centres", sa.Column("thickness_um", ARRAY(sa.Integer()), nullable=True))
    op.add_column("work_centres", sa.Column("certificates", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("work_centres", sa.Column("takes_controlled", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("work_centres", sa.Column("constants", JSONB(), nullable=False, server_default="{}"))
    op.create_check_constraint(
        op.f("ck_work_centres_thickness_sane"),
        "work_centres",
        "cardinality(thickness_um) = 2 and thickness_um[1] between 1 and thickness_um[2]",
    )


def _quotes() -> None:
    for column in (
        sa.Column("tolerance", sa.Text(), nullable=False, server_default="standard"),
        sa.Column("finishes", ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("inspection", sa.Text(), nullable=False, server_default="standard"),
        sa.Column("thickness_um", sa.BigInteger(), nullable=True),
        sa.Column(
            "lead_time",
            sa.Enum("express", "standard", "economy", name="leadtime", native_enum=False, length=32, create_constraint=True),
            nullable=False,
            server_default="standard",
        ),
        sa.Column("deliver_to", sa.Text(), nullable=True),
        sa.Column("certificates", ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("is_controlled", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("left_out", JSONB(), nullable=False, server_default="{}"),
        sa.Column("facets", JSONB(), nullable=False, server_default="{}"),
        sa.Column("doubts", JSONB(), nullable=False, server_default="[]"),
        sa.Column("carbon", JSONB(), nullable=True),
    ):
        op.add_column("quotes", column)
    op.create_check_constraint(op.f("ck_quotes_country_form"), "quotes", "deliver_to ~ '^[A-Z]{2}$'")
    op.create_check_constraint(op.f("ck_quotes_thickness_sane"), "quotes", "thickness_um between 1 and 1000000")


def _offers() -> None:
    for name in ("royalty_minor", "tax_minor", "delivery_minor"):
        op.add_column("offers", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    for name in ("low_minor", "high_minor"):
        op.add_column("offers", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("offers", sa.Column("starts_after", sa.Date(), nullable=True))
    op.add_column("offers", sa.Column("explanation", JSONB(), nullable=True))
    op.drop_constraint(op.f("ck_offers_parts_add_up"), "offers")
    op.create_check_constraint(
        op.f("ck_offers_parts_add_up"),
        "offers",
        "total_minor > 0 and total_minor = factory_minor + fee_minor + royalty_minor + tax_minor",
    )
    op.create_check_constraint(
        op.f("ck_offers_within_interval"), "offers", "total_minor between low_minor and high_minor"
    )


def _listing_changes() -> None:
    op.create_table(
        "listing_changes",
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("changed_in", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centres.id"], name=op.f("fk_listing_changes_work_centre_id_work_centres")
        ),
        sa.PrimaryKeyConstraint("work_centre_id", name=op.f("pk_listing_changes")),
    )
    op.create_index(op.f("ix_listing_changes_changed_in"), "listing_changes", ["changed_in"])
    op.execute("""
        create function note_listing_change() returns trigger language plpgsql as $$
        begin
            insert into listing_changes values ((to_jsonb(new) ->> tg_argv[0])::uuid, pg_current_xact_id()::text::bigint)
            on conflict (work_centre_id) do update set changed_in = excluded.changed_in
            where listing_changes.changed_in <> excluded.changed_in;
            return null;
        end $$
    """)
    for table, event, key in (
        ("listings", "insert or update", "work_centre_id"),
        ("work_centres", "update", "id"),
        ("rate_cards", "insert", "work_centre_id"),
    ):
        op.execute(f"""
            create trigger noted after {event} on {table}
            for each row execute function note_listing_change('{key}')
        """)
    op.execute("insert into listing_changes select work_centre_id, pg_current_xact_id()::text::bigint from listings")


def downgrade() -> None:
    for table in ("rate_cards", "work_centres", "listings"):
        op.execute(f"drop trigger noted on {table}")
    op.execute("drop function note_listing_change")
    op.drop_table("listing_changes")
    op.drop_constraint(op.f("ck_offers_parts_add_up"), "offers")
    op.create_check_constraint(
        op.f("ck_offers_parts_add_up"),
        "offers",
        "total_minor > 0 and total_minor = factory_minor + fee_minor",
        postgresql_not_valid=True,
    )
    for table, columns in (
        ("offers", ("royalty_minor", "tax_minor", "delivery_minor", "low_minor", "high_minor", "starts_after", "explanation")),
        (
            "quotes",
            ("tolerance", "finishes", "inspection", "thickness_um", "lead_time", "deliver_to", "certificates")
            + ("is_controlled", "left_out", "facets", "doubts", "carbon"),
        ),
        ("work_centres", ("tolerance", "thickness_um", "certificates", "takes_controlled", "constants")),
        (
            "rate_cards",
            ("setup_rate_minor_per_h", "tooling_rate_minor_per_h", "finishes", "breaks", "tiers", "delivery", "limits"),
        ),
    ):
        for column in columns:
            op.drop_column(table, column)
