"""A quote that no listing answers keeps what the lot usually costs. Nullable, so that code from before goes on writing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quotes", sa.Column("indicative", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("quotes", "indicative")
