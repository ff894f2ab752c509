"""Shares of further payees: who drew a part, who supplied material for it, who carries it.

Revision ID: 0042
Revises: 0041
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KIND = "ck_job_shares_sharekind"
NOBODY = "ck_job_shares_platform_is_nobody"
BEFORE = ("factory", "platform_fee", "tax")


def upgrade() -> None:
    _kinds(*BEFORE, "royalty", "supply", "delivery")
    _whose("(kind in ('factory', 'royalty', 'supply', 'delivery') and party_id is not null)")


def downgrade() -> None:
    """The old words hold for what is written from then on; rows of the new ones stay as they are."""
    _whose("(kind = 'factory' and party_id is not null)", not_valid=True)
    _kinds(*BEFORE, not_valid=True)


def _kinds(*words: str, not_valid: bool = False) -> None:
    op.drop_constraint(op.f(KIND), "job_shares", type_="check")
    op.create_check_constraint(
        op.f(KIND), "job_shares", f"kind in ({', '.join(repr(word) for word in words)})", postgresql_not_valid=not_valid
    )


def _whose(of_somebody: str, *, not_valid: bool = False) -> None:
    op.drop_constraint(op.f(NOBODY), "job_shares", type_="check")
    op.create_check_constraint(
        op.f(NOBODY),
        "job_shares",
        f"{of_somebody} or (kind = 'platform_fee' and party_id is null) or kind = 'tax'",
        postgresql_not_valid=not_valid,
    )
