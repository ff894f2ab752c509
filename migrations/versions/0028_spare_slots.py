"""Slots of spare capacity and what is sold of them, subscriptions and what they found; an offer knows its slot.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spare_slots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("work_centre_id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("offered_min", sa.BigInteger(), nullable=False),
        sa.Column("sold_min", sa.BigInteger(), nullable=False),
        sa.Column("least_min", sa.BigInteger(), nullable=False),
        sa.Column("discount_bps", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "withdrawn", name="slotstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.CheckConstraint("sold_min >= 0 and sold_min <= offered_min", name=op.f("ck_spare_slots_never_oversold")),
        sa.CheckConstraint("least_min between 1 and offered_min", name=op.f("ck_spare_slots_least_within")),
        sa.CheckConstraint("discount_bps between 1 and 5000", name=op.f("ck_spare_slots_discount_sane")),
        sa.CheckConstraint("last_day - first_day between 0 and 30", name=op.f("ck_spare_slots_days_in_order")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_spare_slots_listing_id_listings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_spare_slots_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["work_centre_id"], ["work_centres.id"], name=op.f("fk_spare_slots_work_centre_id_work_centres")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spare_slots")),
    )
    op.create_index(op.f("ix_spare_slots_organisation_id_id"), "spare_slots", ["organisation_id", "id"])
    op.create_index(op.f("ix_spare_slots_process_id"), "spare_slots", ["process", "id"])
    op.create_index(op.f("ix_spare_slots_listing_id"), "spare_slots", ["listing_id"])
    op.create_table(
        "spare_sales",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("is_given_back", sa.Boolean(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_spare_sales_minutes_some")),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_spare_sales_hold_id_holds")),
        sa.ForeignKeyConstraint(["slot_id"], ["spare_slots.id"], name=op.f("fk_spare_sales_slot_id_spare_slots")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_spare_sales")),
    )
    op.create_index(op.f("ix_spare_sales_slot_id"), "spare_sales", ["slot_id"])
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("least_min", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_subscriptions_days_in_order")),
        sa.CheckConstraint("least_min > 0", name=op.f("ck_subscriptions_minutes_some")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_subscriptions_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_index(op.f("ix_subscriptions_organisation_id_id"), "subscriptions", ["organisation_id", "id"])
    op.create_index(
        op.f("ix_subscriptions_process_id"),
        "subscriptions",
        ["process", "id"],
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "subscription_matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_subscription_matches_subscription_id_subscriptions"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_subscription_matches_listing_id_listings")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["spare_slots.id"], name=op.f("fk_subscription_matches_slot_id_spare_slots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_matches")),
        sa.UniqueConstraint(
            "subscription_id",
            "listing_id",
            "slot_id",
            name=op.f("uq_subscription_matches_subscription_id_listing_id_slot_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_subscription_matches_subscription_id_id"), "subscription_matches", ["subscription_id", "id"])
    op.add_column("offers", sa.Column("slot_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_offers_slot_id_spare_slots"), "offers", "spare_slots", ["slot_id"], ["id"])
    # Whoever releases a hold, and for whatever reason, its slot has the minutes again in the same act.
    op.execute("""
        create function give_back_sold_minutes() returns trigger language plpgsql as $$
        begin
            with back as (
                update spare_sales set is_given_back = true
                where hold_id = new.id and not is_given_back returning slot_id, minutes
            )
            update spare_slots set sold_min = sold_min - back.minutes from back where spare_slots.id = back.slot_id;
            return null;
        end $$
    """)
    op.execute("""
        create trigger sold_minutes_given_back after update of state on holds
        for each row when (new.state = 'released' and old.state <> 'released')
        execute function give_back_sold_minutes()
    """)


def downgrade() -> None:
    op.execute("drop trigger sold_minutes_given_back on holds")
    op.execute("drop function give_back_sold_minutes")
    op.drop_constraint(op.f("fk_offers_slot_id_spare_slots"), "offers", type_="foreignkey")
    op.drop_column("offers", "slot_id")
    for table in ("subscription_matches", "subscriptions", "spare_sales", "spare_slots"):
        op.drop_table(table)
