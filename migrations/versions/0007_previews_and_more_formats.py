"""What a file looks like is kept beside what was measured in it; OBJ, 3MF and DXF are files of parts, too.

Going down, files of the new kinds stay: the narrower check holds for rows to come (`not valid`).
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS: Final = "kind in ('step', 'stl')"
MORE_KINDS: Final = "kind in ('step', 'stl', 'obj', '3mf', 'dxf')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_files_filekind"), "files")
    op.create_check_constraint(op.f("ck_files_filekind"), "files", MORE_KINDS)
    op.create_table(
        "previews",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("length(thumbnail) > 0", name=op.f("ck_previews_thumbnail_some")),
        sa.CheckConstraint("length(model) > 0", name=op.f("ck_previews_model_some")),
        sa.ForeignKeyConstraint(
            ["sha256", "engine"],
            ["file_measurements.sha256", "file_measurements.engine"],
            name=op.f("fk_previews_sha256_file_measurements"),
        ),
        sa.PrimaryKeyConstraint("sha256", "engine", name=op.f("pk_previews")),
    )
    for picture in ("thumbnail", "model"):
        op.execute(f"alter table previews alter column {picture} set storage external")


def downgrade() -> None:
    op.drop_table("previews")
    op.drop_constraint(op.f("ck_files_filekind"), "files")
    op.create_check_constraint(op.f("ck_files_filekind"), "files", KINDS, postgresql_not_valid=True)
