"""Invoices and credit notes: numbered without gaps by issuer and kind, frozen as they were issued."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KINDS = ("invoice", "credit_note", "commission_invoice", "commission_credit_note")


def _kind(name: str) -> sa.Enum:
    return sa.Enum(*KINDS, name=name, native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "document_series",
        sa.Column("issuer_id", sa.Uuid(), nullable=True),
        sa.Column("kind", _kind("documentkind"), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_number > 0", name=op.f("ck_document_series_number_some")),
        sa.CheckConstraint("length(prefix) between 1 and 20", name=op.f("ck_document_series_prefix_length")),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["organisations.id"], name=op.f("fk_document_series_issuer_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_series")),
        sa.UniqueConstraint(
            "issuer_id", "kind", name=op.f("uq_document_series_issuer_id_kind"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "documents",
        sa.Column("kind", _kind("documentkind"), nullable=False),
        sa.Column(
            "supply",
            sa.Enum("goods", "services", name="supply", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("issuer_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("shares_after", sa.BigInteger(), nullable=False),
        sa.Column("shares_upto", sa.BigInteger(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "total_minor > 0 and net_minor + tax_minor = total_minor", name=op.f("ck_documents_adds_up")
        ),
        sa.CheckConstraint("0 <= shares_after and shares_after < shares_upto", name=op.f("ck_documents_of_something")),
        sa.CheckConstraint(
            "(kind in ('commission_invoice', 'commission_credit_note')) = (supply = 'services')"
            " and (supply = 'services') = (issuer_id is null)",
            name=op.f("ck_documents_issued_by_who_supplies"),
        ),
        sa.CheckConstraint(
            "(kind in ('credit_note', 'commission_credit_note')) = (corrects_id is not null)",
            name=op.f("ck_documents_credit_notes_correct"),
        ),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisations.id"], name=op.f("fk_documents_issuer_id_organisations")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["organisations.id"], name=op.f("fk_documents_recipient_id_organisations")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_documents_order_id_orders")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_documents_job_id_jobs")),
        sa.ForeignKeyConstraint(["corrects_id"], ["documents.id"], name=op.f("fk_documents_corrects_id_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "issuer_id",
            "kind",
            "number",
            name=op.f("uq_documents_issuer_id_kind_number"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint(
            "job_id", "supply", "shares_after", name=op.f("uq_documents_job_id_supply_shares_after")
        ),
    )
    op.create_index(op.f("ix_documents_issuer_id_id"), "documents", ["issuer_id", "id"])
    op.create_index(op.f("ix_documents_recipient_id_id"), "documents", ["recipient_id", "id"])
    op.create_index(op.f("ix_documents_order_id"), "documents", ["order_id"])
    op.execute("""
        create trigger append_only before update or delete on documents
        for each row execute function refuse_change()
    """)


def downgrade() -> None:
    op.drop_table("documents")
    op.drop_table("document_series")
