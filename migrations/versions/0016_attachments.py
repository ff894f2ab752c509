"""Attachments: files beside jobs, orders and requests for quotation. Rows are only added."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("png", "jpeg", "webp", "pdf", "step", "stl", "3mf", "dxf", "csv", "txt", "zip")
CHECKS = (
    ("name_length", "length(name) between 1 and 200"),
    ("beside_one_thing", "(order_id is null) <> (rfq_id is null)"),
    ("job_of_an_order", "job_id is null or order_id is not null"),
    ("invitation_of_a_request", "invitation_id is null or rfq_id is not null"),
    ("factories_at_their_place", "side = 'customer' or job_id is not null or invitation_id is not null"),
    ("staff_sees_whole_orders", "seen_by = 'parties' or (order_id is not null and job_id is null)"),
    ("of_a_party", "side <> 'staff'"),
    ("sha256_form", "sha256 ~ '^[0-9a-f]{64}$'"),
    ("size_some", "size_bytes > 0"),
)
REFERENCES = (
    ("organisation_id", "organisations"),
    ("uploaded_by", "users"),
    ("order_id", "orders"),
    ("job_id", "jobs"),
    ("rfq_id", "rfqs"),
)


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("side", one_of("side", "customer", "factory", "staff"), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("rfq_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("seen_by", one_of("seenby", "parties", "staff"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", one_of("attachmentkind", *KINDS), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_attachments_{name}")) for name, rule in CHECKS),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_attachments_{column}_{table}"))
            for column, table in REFERENCES
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id", "rfq_id"],
            ["rfq_invitations.id", "rfq_invitations.rfq_id"],
            name=op.f("fk_attachments_invitation_id_rfq_id_rfq_invitations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    for subject in ("order_id", "rfq_id"):
        op.create_index(
            op.f(f"ix_attachments_{subject}_id"),
            "attachments",
            [subject, "id"],
            postgresql_where=sa.text(f"{subject} is not null"),
        )
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"])
    op.execute("""
        create trigger append_only before update or delete on attachments
        for each row execute function refuse_change()
    """)


def downgrade() -> None:
    op.drop_table("attachments")
