"""A request for quotation may say how thick its sheet is. Nullable, so that code from before goes on writing."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rfqs", sa.Column("thickness_um", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_rfqs_thickness_sane"), "rfqs", "thickness_um between 1 and 1000000"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_rfqs_thickness_sane"), "rfqs", type_="check")
    op.drop_column("rfqs", "thickness_um")
