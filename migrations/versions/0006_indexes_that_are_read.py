"""Indexes follow the queries: those that nobody reads cost each write and go, lists are paged by owner and id,
and log-ins are forgotten by when they ended.

Nothing is deleted that the foreign keys under the dropped ones refer to, so no check ever looked for its referrers.
"""

from typing import Final

from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

UNREAD: Final = (
    ("offers", ["listing_id"]),
    ("quotes", ["revision_id"]),
    ("state_moves", ["subject_id"]),
    ("audit_events", ["organisation_id"]),
    ("hold_lines", ["work_centre_id", "day"]),
    ("holds", ["work_centre_id"]),
    ("ledger_accounts", ["order_id"]),
    ("rate_cards", ["work_centre_id", "effective_at"]),
    ("revisions", ["sha256"]),
    ("cases", ["organisation_id"]),
    ("work_centres", ["organisation_id"]),
)
"""The last is the beginning of a unique constraint."""
PAGED: Final = (("parts", "organisation_id"), ("listings", "organisation_id"), ("file_accesses", "revision_id"))


def upgrade() -> None:
    for table, columns in UNREAD:
        op.drop_index(_name(table, columns), table)
    for table, owner in PAGED:
        op.create_index(_name(table, [owner, "id"]), table, [owner, "id"])
        op.drop_index(_name(table, [owner]), table)
    op.create_index("ix_log_ins_expires_at", "log_ins", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_log_ins_expires_at", "log_ins")
    for table, owner in PAGED:
        op.create_index(_name(table, [owner]), table, [owner])
        op.drop_index(_name(table, [owner, "id"]), table)
    for table, columns in UNREAD:
        op.create_index(_name(table, columns), table, columns)


def _name(table: str, columns: list[str]) -> str:
    return "_".join(["ix", table, *columns])
