"""Tax registrations of organisations, tax rates that admins decide, and the platform's fee with its history.

Rates and fees are only added. A registration's end and when it was seen in VIES may be noted; its number may not change.
What changes of a seller's registrations, fee or country is noted for the book of live listings, as its rate card is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tax_registrations",
        *_identified(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("seen_in_vies_on", sa.Date(), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_tax_registrations_country_form")),
        sa.CheckConstraint("length(number) between 1 and 30", name=op.f("ck_tax_registrations_number_length")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_tax_registrations_days_in_order")),
        sa.CheckConstraint(
            "(seen_in_vies_on is null) = (seen_by is null)", name=op.f("ck_tax_registrations_seen_by_somebody")
        ),
        _points_to("tax_registrations", "organisation_id", "organisations"),
        _points_to("tax_registrations", "registered_by", "users"),
        _points_to("tax_registrations", "seen_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_registrations")),
    )
    op.create_index(
        op.f("ix_tax_registrations_organisation_id_country"), "tax_registrations", ["organisation_id", "country"]
    )
    op.create_index(
        "uq_tax_registrations_in_force",
        "tax_registrations",
        ["organisation_id", "country"],
        unique=True,
        postgresql_where="valid_until is null",
    )
    op.create_table(
        "tax_rates",
        *_identified(),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("goods_bps", sa.BigInteger(), nullable=False),
        sa.Column("services_bps", sa.BigInteger(), nullable=False),
        *_decision("tax_rates"),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_tax_rates_country_form")),
        sa.CheckConstraint(
            "goods_bps between 0 and 5000 and services_bps between 0 and 5000", name=op.f("ck_tax_rates_rates_sane")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rates")),
    )
    op.create_table(
        "fee_rates",
        *_identified(),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("fee_bps", sa.BigInteger(), nullable=True),
        *_decision("fee_rates"),
        sa.CheckConstraint("fee_bps between 0 and 5000", name=op.f("ck_fee_rates_fee_sane")),
        sa.CheckConstraint(
            "fee_bps is not null or organisation_id is not null", name=op.f("ck_fee_rates_usual_is_a_rate")
        ),
        _points_to("fee_rates", "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_rates")),
    )
    op.create_index(op.f("ix_fee_rates_organisation_id_valid_from"), "fee_rates", ["organisation_id", "valid_from"])
    for table in ("tax_rates", "fee_rates"):
        op.execute(
            f"create trigger append_only before update or delete on {table} "
            "for each row execute function refuse_change()"
        )
    op.execute("""
        create function refuse_other_tax_number() returns trigger language plpgsql as $$
        begin
            if tg_op = 'DELETE'
                or (new.organisation_id, new.country, new.number, new.valid_from)
                    is distinct from (old.organisation_id, old.country, old.number, old.valid_from)
                or (old.valid_until is not null and new.valid_until is distinct from old.valid_until)
            then
                raise exception '% keeps what it says: end it, and enter another', tg_table_name
                    using errcode = 'restrict_violation';
            end if;
            return new;
        end $$
    """)
    op.execute(
        "create trigger kept before update or delete on tax_registrations "
        "for each row execute function refuse_other_tax_number()"
    )
    _note_changes()


def _identified() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def _decision(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "valid_from >= (created_at at time zone 'UTC')::date", name=op.f(f"ck_{table}_not_of_the_past")
        ),
        sa.CheckConstraint("length(reason) between 10 and 4000", name=op.f(f"ck_{table}_reason_length")),
        _points_to(table, "decided_by", "users"),
    )


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _note_changes() -> None:
    op.execute("""
        create function note_seller_change() returns trigger language plpgsql as $$
        begin
            insert into listing_changes
            select work_centre_id, pg_current_xact_id()::text::bigint from listings
            where organisation_id = (to_jsonb(new) ->> tg_argv[0])::uuid order by work_centre_id
            on conflict (work_centre_id) do update set changed_in = excluded.changed_in
            where listing_changes.changed_in <> excluded.changed_in;
            return null;
        end $$
    """)
    for table, event, key in (
        ("tax_registrations", "insert or update", "organisation_id"),
        ("fee_rates", "insert", "organisation_id"),
        ("organisations", "update of country", "id"),
    ):
        op.execute(
            f"create trigger noted after {event} on {table} for each row execute function note_seller_change('{key}')"
        )


def downgrade() -> None:
    op.execute("drop trigger noted on organisations")
    for table in ("fee_rates", "tax_rates", "tax_registrations"):
        op.drop_table(table)
    op.execute("drop function note_seller_change")
    op.execute("drop function refuse_other_tax_number")
