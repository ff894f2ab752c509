"""Parcels of shipments: what is in each, how large and heavy it is, and how to follow it. Only added.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parcels",
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("weight_g", sa.BigInteger()),
        sa.Column("length_mm", sa.BigInteger()),
        sa.Column("width_mm", sa.BigInteger()),
        sa.Column("height_mm", sa.BigInteger()),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number between 1 and 100", name=op.f("ck_parcels_number_sane")),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_parcels_pieces_some")),
        sa.CheckConstraint("weight_g between 1 and 25000000", name=op.f("ck_parcels_weight_sane")),
        sa.CheckConstraint(
            "length_mm between 1 and 13600 and width_mm between 1 and 13600 and height_mm between 1 and 13600",
            name=op.f("ck_parcels_size_sane"),
        ),
        sa.CheckConstraint("num_nulls(length_mm, width_mm, height_mm) in (0, 3)", name=op.f("ck_parcels_size_whole")),
        sa.CheckConstraint(
            "weight_g * 100000 <= length_mm * width_mm * height_mm * 2259", name=op.f("ck_parcels_weight_possible")
        ),
        sa.CheckConstraint("length(carrier) between 1 and 80", name=op.f("ck_parcels_carrier_length")),
        sa.CheckConstraint("length(tracking_number) between 1 and 80", name=op.f("ck_parcels_tracking_number_length")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=op.f("fk_parcels_shipment_id_shipments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
        sa.UniqueConstraint("shipment_id", "number", name=op.f("uq_parcels_shipment_id_number")),
    )
    op.execute("""
        insert into parcels (id, created_at, shipment_id, number, pieces, carrier, tracking_number)
        select gen_random_uuid(), created_at, id, 1, pieces, carrier, tracking_number from shipments
    """)
    op.execute("""
        create trigger append_only before update or delete on parcels
        for each row execute function refuse_change()
    """)
    # code from before sends a shipment without saying how it is packed: that is one parcel
    op.execute("""
        create function parcels_hold_the_shipment() returns trigger language plpgsql as $$
        declare checked uuid := to_jsonb(new) ->> tg_argv[0];
        begin
            insert into parcels (id, created_at, shipment_id, number, pieces, carrier, tracking_number)
            select gen_random_uuid(), created_at, id, 1, pieces, carrier, tracking_number from shipments s
            where s.id = checked and not exists (select from parcels where shipment_id = checked);
            if exists (select from shipments s where s.id = checked and s.pieces <> (
                    select sum(p.pieces) from parcels p where p.shipment_id = checked)) then
                raise exception 'the parcels of shipment % do not hold its pieces', checked using errcode = 'check_violation';
            end if;
            if (select max(number) <> count(*) from parcels where shipment_id = checked) then
                raise exception 'the parcels of shipment % have a gap', checked using errcode = 'check_violation';
            end if;
            return null;
        end $$
    """)
    for table, column in (("shipments", "id"), ("parcels", "shipment_id")):
        op.execute(f"""
            create constraint trigger packed after insert on {table}
            deferrable initially deferred for each row execute function parcels_hold_the_shipment('{column}')
        """)


def downgrade() -> None:
    op.execute("drop trigger packed on shipments")
    op.drop_table("parcels")
    op.execute("drop function parcels_hold_the_shipment")
