"""Quality records: what was measured on the pieces of a job, entry by entry, and the signed records of it.

Entries, keys and records are only added. Of a record its publication alone may change; after the record that ends an
inspection no entry is taken.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STAGE = sa.Enum("first_article", "in_process", "final", name="stage", native_enum=False, length=32, create_constraint=True)
ENTRY = sa.Enum(
    "plan", "characteristic", "required", "instrument", "measurement", "lot", "scrap", "rework",
    name="entrykind", native_enum=False, length=32, create_constraint=True,
)
APPEND_ONLY = ("inspections", "inspection_entries", "record_keys")


def upgrade() -> None:
    op.create_table(
        "inspections",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_inspections_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
        sa.UniqueConstraint("job_id", name=op.f("uq_inspections_job_id")),
    )
    op.create_table(
        "inspection_entries",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", ENTRY, nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_inspection_entries_number_from_one")),
        sa.CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_inspection_entries_hash_form")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_entries_inspection_id_inspections")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_entries")),
        sa.UniqueConstraint("inspection_id", "number", name=op.f("uq_inspection_entries_inspection_id_number")),
    )
    op.create_index(op.f("ix_inspection_entries_inspection_id_id"), "inspection_entries", ["inspection_id", "id"])
    op.create_table(
        "record_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("public_key ~ '^[0-9a-f]{64}$'", name=op.f("ck_record_keys_public_key_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_keys")),
    )
    op.create_table(
        "inspection_records",
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", STAGE, nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("last_entry", sa.BigInteger(), nullable=False),
        sa.Column("head", JSONB(), nullable=False),
        sa.Column("seal", JSONB(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0 and last_entry > 0", name=op.f("ck_inspection_records_numbers_from_one")),
        sa.CheckConstraint(
            "shipment_id is null or kind = 'final'", name=op.f("ck_inspection_records_shipment_is_final")
        ),
        sa.CheckConstraint("signature ~ '^[0-9a-f]{128}$'", name=op.f("ck_inspection_records_signature_form")),
        sa.CheckConstraint(
            "(published_at is null) = (published_by is null)", name=op.f("ck_inspection_records_publication_signed")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_inspection_records_{column}_{table}")
            )
            for column, table in (
                ("inspection_id", "inspections"),
                ("shipment_id", "shipments"),
                ("key_id", "record_keys"),
                ("closed_by", "users"),
                ("published_by", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_records")),
        sa.UniqueConstraint("inspection_id", "number", name=op.f("uq_inspection_records_inspection_id_number")),
        sa.UniqueConstraint("shipment_id", name=op.f("uq_inspection_records_shipment_id")),
    )
    op.create_index(
        "uq_inspection_records_last",
        "inspection_records",
        ["inspection_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'final' and shipment_id is null"),
    )
    for table in APPEND_ONLY:
        op.execute(f"""
            create trigger append_only before update or delete on {table}
            for each row execute function refuse_change()
        """)
    op.execute("""
        create function refuse_change_of_record() returns trigger language plpgsql as $$
        declare publication text[] := array['published_at', 'published_by'];
        begin
            if tg_op = 'UPDATE' and to_jsonb(new) - publication = to_jsonb(old) - publication then
                return new;
            end if;
            raise exception '% is append-only but for its publication', tg_table_name using errcode = 'restrict_violation';
        end $$
    """)
    op.execute("""
        create trigger record_stays before update or delete on inspection_records
        for each row execute function refuse_change_of_record()
    """)
    op.execute("""
        create function refuse_entry_after_end() returns trigger language plpgsql as $$
        begin
            if exists (select from inspection_records r where r.inspection_id = new.inspection_id
                       and r.kind = 'final' and r.shipment_id is null) then
                raise exception 'inspection % has ended', new.inspection_id using errcode = 'restrict_violation';
            end if;
            return new;
        end $$
    """)
    op.execute("""
        create trigger none_after_the_end before insert on inspection_entries
        for each row execute function refuse_entry_after_end()
    """)


def downgrade() -> None:
    op.drop_table("inspection_records")
    op.drop_table("record_keys")
    op.drop_table("inspection_entries")
    op.drop_table("inspections")
    op.execute("drop function refuse_entry_after_end")
    op.execute("drop function refuse_change_of_record")
