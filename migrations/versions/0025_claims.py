"""Claims of shipped goods with their neutral re-measurements, and how many pieces of a job are made again.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

REMEDIES = ("remake", "part_refund", "return")
CLAIM_STATES = (
    "raised", "offered", "rejected", "in_decision", "settled", "dismissed", "lapsed", "withdrawn",
)  # fmt: skip
MOMENT = sa.DateTime(timezone=True)


def _enum(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _remedy(column):
    return f"coalesce({column} = 'part_refund', false) = ({column}_minor is not null) and coalesce({column}_minor, 1) > 0"


def upgrade() -> None:
    # code from before does not know the column and still places jobs
    op.add_column("jobs", sa.Column("pieces_remade", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_check_constraint(op.f("ck_jobs_pieces_remade_not_negative"), "jobs", "pieces_remade >= 0")
    _claims()
    _remeasurements()


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("wanted", _enum("wanted", REMEDIES), nullable=False),
        sa.Column("wanted_minor", sa.BigInteger()),
        sa.Column("attachment_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("look_until", MOMENT, nullable=False),
        sa.Column("state", _enum("claimstate", CLAIM_STATES), nullable=False),
        sa.Column("answer_by", MOMENT),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("disagreement", sa.Text()),
        sa.Column("remedy", _enum("remedy", REMEDIES)),
        sa.Column("remedy_minor", sa.BigInteger()),
        sa.Column("decision", sa.Text()),
        sa.Column("decided_by", sa.Uuid()),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_claims_job_id_jobs")),
        sa.ForeignKeyConstraint(["claimed_by"], ["users.id"], name=op.f("fk_claims_claimed_by_users")),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_claims_answered_by_users")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_claims_decided_by_users")),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_claims_pieces_some")),
        sa.CheckConstraint(
            "(wanted = 'part_refund') = (wanted_minor is not null) and coalesce(wanted_minor, 1) > 0",
            name=op.f("ck_claims_wanted_amount"),
        ),
        sa.CheckConstraint(_remedy("remedy"), name=op.f("ck_claims_remedy_amount")),
        sa.CheckConstraint("(decision is null) = (decided_by is null)", name=op.f("ck_claims_decided_with_reason")),
        *(
            sa.CheckConstraint(f"length({text}) between 1 and 4000", name=op.f(f"ck_claims_{text}_length"))
            for text in ("text", "answer", "disagreement", "decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_claims_job_id_number")),
    )
    op.create_index(
        "uq_claims_job_id_open",
        "claims",
        ["job_id"],
        unique=True,
        postgresql_where="state in ('raised', 'offered', 'rejected', 'in_decision')",
    )
    op.create_index(
        op.f("ix_claims_answer_by"),
        "claims",
        ["answer_by"],
        postgresql_where="state in ('raised', 'offered', 'rejected')",
    )


def _remeasurements() -> None:
    op.create_table(
        "remeasurements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("side", _enum("side", ("customer", "factory")), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "state", _enum("remeasurementstate", ("asked", "named", "reported", "called_off")), nullable=False
        ),
        sa.Column("factory_id", sa.Uuid()),
        sa.Column("named_by", sa.Uuid()),
        sa.Column("pieces", sa.BigInteger()),
        sa.Column("conforming", sa.BigInteger()),
        sa.Column("result", sa.Text()),
        sa.Column("reported_by", sa.Uuid()),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_remeasurements_claim_id_claims")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_remeasurements_asked_by_users")),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["organisations.id"], name=op.f("fk_remeasurements_factory_id_organisations")
        ),
        sa.ForeignKeyConstraint(["named_by"], ["users.id"], name=op.f("fk_remeasurements_named_by_users")),
        sa.ForeignKeyConstraint(["reported_by"], ["users.id"], name=op.f("fk_remeasurements_reported_by_users")),
        sa.CheckConstraint(
            "(factory_id is null) = (named_by is null)", name=op.f("ck_remeasurements_named_by_somebody")
        ),
        sa.CheckConstraint(
            "(state = 'reported') = (result is not null) and (result is null) = (pieces is null) "
            "and (result is null) = (conforming is null) and (result is null) = (reported_by is null)",
            name=op.f("ck_remeasurements_reported_whole"),
        ),
        sa.CheckConstraint(
            "pieces is null or (pieces > 0 and conforming between 0 and pieces)",
            name=op.f("ck_remeasurements_pieces_sane"),
        ),
        sa.CheckConstraint("length(why) between 1 and 2000", name=op.f("ck_remeasurements_why_length")),
        sa.CheckConstraint("length(result) between 1 and 4000", name=op.f("ck_remeasurements_result_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remeasurements")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_remeasurements_claim_id")),
    )
    op.create_index(op.f("ix_remeasurements_factory_id_id"), "remeasurements", ["factory_id", "id"])


def downgrade() -> None:
    op.drop_table("remeasurements")
    op.drop_table("claims")
    op.drop_column("jobs", "pieces_remade")
