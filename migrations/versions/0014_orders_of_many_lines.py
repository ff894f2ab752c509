"""An order has several lines, each from a quote of its own; shares belong to a job and a payment; terms can change.

Money that was owed back to a customer and had not gone yet is taken out of what is held for its order, as it now is
when it comes to be owed. Going down keeps the first line's quote as its order's, and fails while an order has payments
for changes.
"""

from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INCOTERMS = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP")
ACCOUNTS = UUID("5b1f6a0e-6c0e-5d3a-9a55-0a6f4f0c7d11")


def upgrade() -> None:
    _orders_up()
    _jobs_up()
    _payments_up()
    _shares_up()
    _changes_up()
    _owed_back_up()


def _enum(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _only_added(table):
    op.execute(
        f"create trigger append_only before update or delete on {table} for each row execute function refuse_change()"
    )


def _orders_up() -> None:
    op.add_column("order_lines", sa.Column("quote_id", sa.Uuid()))
    op.add_column("order_lines", sa.Column("address", postgresql.JSONB()))
    op.execute("alter table order_lines disable trigger append_only")
    op.execute("update order_lines l set quote_id = o.quote_id from orders o where o.id = l.order_id")
    op.execute("alter table order_lines enable trigger append_only")
    op.alter_column("order_lines", "quote_id", nullable=False)
    op.create_unique_constraint(op.f("uq_order_lines_quote_id"), "order_lines", ["quote_id"])
    op.create_foreign_key(op.f("fk_order_lines_quote_id_quotes"), "order_lines", "quotes", ["quote_id"], ["id"])
    op.drop_column("orders", "quote_id")
    op.add_column("orders", sa.Column("notes", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "orders", sa.Column("incoterm", _enum("incoterm", INCOTERMS), nullable=False, server_default="EXW")
    )
    op.add_column("orders", sa.Column("address", postgresql.JSONB()))
    op.add_column(
        "orders",
        sa.Column("if_declined", _enum("ifdeclined", ("refund", "next_best")), nullable=False, server_default="refund"),
    )
    op.add_column("orders", sa.Column("no_later_than", sa.Date()))
    op.create_check_constraint(op.f("ck_orders_notes_length"), "orders", "length(notes) between 0 and 2000")
    for column in ("notes", "incoterm", "if_declined"):
        op.alter_column("orders", column, server_default=None)


JOB_STATES = (
    "waiting", "offered", "countered", "accepted", "in_production", "shipped", "claimed", "done", "declined", "cancelled",
)  # fmt: skip
JOB_STATES_BEFORE = tuple(each for each in JOB_STATES if each not in ("countered", "claimed"))


def _states(names):
    return "state in (" + ", ".join(f"'{name}'" for name in names) + ")"


def _jobs_up() -> None:
    op.drop_constraint(op.f("ck_jobs_jobstate"), "jobs", type_="check")
    op.create_check_constraint(op.f("ck_jobs_jobstate"), "jobs", _states(JOB_STATES))
    op.add_column("jobs", sa.Column("offer_id", sa.Uuid()))
    op.add_column("jobs", sa.Column("total_minor", sa.BigInteger()))
    op.add_column("jobs", sa.Column("accept_by", sa.DateTime(timezone=True)))
    op.execute("""
        update jobs j set offer_id = l.offer_id, total_minor = l.total_minor from order_lines l
        where l.order_id = j.order_id and l.number = j.line_number
    """)
    op.execute("""
        update jobs j set accept_by = s.created_at + interval '14 days' from shipments s
        where s.job_id = j.id and j.state = 'shipped'
    """)
    op.alter_column("jobs", "offer_id", nullable=False)
    op.alter_column("jobs", "total_minor", nullable=False)
    op.create_foreign_key(op.f("fk_jobs_offer_id_offers"), "jobs", "offers", ["offer_id"], ["id"])
    op.create_foreign_key(
        op.f("fk_jobs_order_id_order_lines"),
        "jobs",
        "order_lines",
        ["order_id", "line_number"],
        ["order_id", "number"],
    )
    op.drop_constraint(op.f("ck_jobs_something_made"), "jobs", type_="check")
    op.create_check_constraint(
        op.f("ck_jobs_something_made"), "jobs", "quantity > 0 and price_minor between 0 and total_minor"
    )
    op.drop_index(op.f("ix_jobs_answer_by"), "jobs")
    op.create_index(
        op.f("ix_jobs_answer_by"), "jobs", ["answer_by"], postgresql_where="state in ('offered', 'countered')"
    )
    op.create_index(op.f("ix_jobs_accept_by"), "jobs", ["accept_by"], postgresql_where="state = 'shipped'")
    op.add_column("shipments", sa.Column("pieces", sa.BigInteger()))
    op.execute("alter table shipments disable trigger append_only")
    op.execute("update shipments s set pieces = j.quantity from jobs j where j.id = s.job_id")
    op.execute("alter table shipments enable trigger append_only")
    op.alter_column("shipments", "pieces", nullable=False)
    op.drop_constraint(op.f("uq_shipments_job_id"), "shipments", type_="unique")
    op.create_index(op.f("ix_shipments_job_id"), "shipments", ["job_id"])
    op.create_check_constraint(op.f("ck_shipments_pieces_some"), "shipments", "pieces > 0")


def _payments_up() -> None:
    op.add_column("payments", sa.Column("number", sa.BigInteger(), nullable=False, server_default="1"))
    op.alter_column("payments", "number", server_default=None)
    op.drop_constraint(op.f("uq_payments_order_id"), "payments", type_="unique")
    op.create_unique_constraint(op.f("uq_payments_order_id_number"), "payments", ["order_id", "number"])
    op.create_index(
        op.f("ix_payments_created_at"),
        "payments",
        ["created_at"],
        postgresql_where="state = 'pending' and number > 1",
    )


def _shares_up() -> None:
    op.create_table(
        "job_shares",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _enum("sharekind", ("factory", "platform_fee")), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'platform_fee') = (party_id is null)", name=op.f("ck_job_shares_platform_is_nobody")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_shares_job_id_jobs")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_job_shares_payment_id_payments")),
        sa.ForeignKeyConstraint(["party_id"], ["organisations.id"], name=op.f("fk_job_shares_party_id_organisations")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_shares")),
    )
    op.create_index(op.f("ix_job_shares_payment_id"), "job_shares", ["payment_id"])
    op.execute("""
        insert into job_shares (job_id, number, payment_id, kind, party_id, amount_minor, why)
        select j.id, s.number, y.id, s.kind, s.party_id, s.amount_minor, 'ordered'
        from order_shares s join jobs j on j.order_id = s.order_id join payments y on y.order_id = s.order_id
    """)
    op.execute("""
        insert into job_shares (job_id, number, payment_id, kind, party_id, amount_minor, why)
        select s.job_id, s.number + count(*) over (partition by s.job_id), s.payment_id, s.kind, s.party_id,
            -s.amount_minor, 'refunded'
        from job_shares s
        where exists (select from provider_operations o where o.payment_id = s.payment_id and o.kind = 'refund')
    """)
    op.drop_table("order_shares")
    _only_added("job_shares")


def _changes_up() -> None:
    op.create_table(
        "job_changes",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("side", _enum("side", ("customer", "factory")), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("ships_on", sa.Date(), nullable=False),
        sa.Column("before_total_minor", sa.BigInteger(), nullable=False),
        sa.Column("before_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("before_ships_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            _enum("changestate", ("proposed", "agreed", "in_effect", "refused", "withdrawn")),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "price_minor between 0 and total_minor and total_minor > 0", name=op.f("ck_job_changes_terms_sane")
        ),
        sa.CheckConstraint("length(what) between 1 and 2000", name=op.f("ck_job_changes_what_length")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_changes_job_id_jobs")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_job_changes_payment_id_payments")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_job_changes_proposed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_changes")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_job_changes_job_id_number")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_job_changes_payment_id")),
    )
    op.create_index(
        op.f("ix_job_changes_job_id"),
        "job_changes",
        ["job_id"],
        unique=True,
        postgresql_where="state in ('proposed', 'agreed')",
    )


def _owed_back_up() -> None:
    """One journal for each refund that is still owed; an account's id says what it is (marketplace/ledger/values.py)."""
    connection = op.get_bind()
    owed = connection.exec_driver_sql("""
        select o.id, y.order_id, o.currency, o.amount_minor from provider_operations o
        join payments y on y.id = o.payment_id where o.kind = 'refund' and o.state <> 'done'
    """).all()
    for operation_id, order_id, currency, minor in owed:
        journal = uuid5(ACCOUNTS, f"allocation:{operation_id}")
        lines = [("held", minor), ("refund_clearing", -minor)]
        accounts = [uuid5(ACCOUNTS, f"{kind}:{order_id}::{currency}") for kind, _ in lines]
        for account, (kind, _) in zip(accounts, lines, strict=True):
            connection.execute(
                sa.text(
                    "insert into ledger_accounts (id, kind, order_id, currency, created_at)"
                    " values (:id, :kind, :order_id, :currency, now()) on conflict do nothing"
                ),
                {"id": account, "kind": kind, "order_id": order_id, "currency": currency},
            )
        connection.execute(
            sa.text(
                "insert into journals (id, kind, reference, order_id, created_at)"
                " values (:id, 'refund_allocation', :reference, :order_id, now())"
            ),
            {"id": journal, "reference": f"allocation:{operation_id}", "order_id": order_id},
        )
        for number, (account, (_, amount)) in enumerate(zip(accounts, lines, strict=True), 1):
            connection.execute(
                sa.text(
                    "insert into postings (journal_id, number, account_id, currency, amount_minor)"
                    " values (:journal, :number, :account, :currency, :amount)"
                ),
                {"journal": journal, "number": number, "account": account, "currency": currency, "amount": amount},
            )


def downgrade() -> None:
    op.drop_table("job_changes")
    _shares_down()
    op.drop_index(op.f("ix_payments_created_at"), "payments")
    op.drop_constraint(op.f("uq_payments_order_id_number"), "payments", type_="unique")
    op.create_unique_constraint(op.f("uq_payments_order_id"), "payments", ["order_id"])
    op.drop_column("payments", "number")
    _jobs_down()
    _orders_down()


def _shares_down() -> None:
    op.create_table(
        "order_shares",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", _enum("sharekind", ("factory", "platform_fee")), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_order_shares_amount_not_negative")),
        sa.CheckConstraint(
            "(kind = 'platform_fee') = (party_id is null)", name=op.f("ck_order_shares_platform_is_nobody")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_shares_order_id_orders")),
        sa.ForeignKeyConstraint(["party_id"], ["organisations.id"], name=op.f("fk_order_shares_party_id_organisations")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_shares")),
    )
    op.execute("""
        insert into order_shares (order_id, number, kind, party_id, amount_minor)
        select j.order_id, row_number() over (partition by j.order_id order by s.job_id, s.number),
            s.kind, s.party_id, s.amount_minor
        from job_shares s join jobs j on j.id = s.job_id where s.why = 'ordered'
    """)
    op.drop_table("job_shares")
    _only_added("order_shares")


def _jobs_down() -> None:
    op.drop_constraint(op.f("ck_shipments_pieces_some"), "shipments", type_="check")
    op.drop_index(op.f("ix_shipments_job_id"), "shipments")
    op.create_unique_constraint(op.f("uq_shipments_job_id"), "shipments", ["job_id"])
    op.drop_column("shipments", "pieces")
    op.drop_index(op.f("ix_jobs_accept_by"), "jobs")
    op.drop_index(op.f("ix_jobs_answer_by"), "jobs")
    op.create_index(op.f("ix_jobs_answer_by"), "jobs", ["answer_by"], postgresql_where="state = 'offered'")
    op.drop_constraint(op.f("ck_jobs_something_made"), "jobs", type_="check")
    op.drop_constraint(op.f("fk_jobs_order_id_order_lines"), "jobs", type_="foreignkey")
    for column in ("offer_id", "total_minor", "accept_by"):
        op.drop_column("jobs", column)
    op.create_check_constraint(op.f("ck_jobs_something_made"), "jobs", "quantity > 0 and price_minor >= 0")
    op.execute("update jobs set state = 'offered' where state = 'countered'")
    op.execute("update jobs set state = 'shipped' where state = 'claimed'")
    op.drop_constraint(op.f("ck_jobs_jobstate"), "jobs", type_="check")
    op.create_check_constraint(op.f("ck_jobs_jobstate"), "jobs", _states(JOB_STATES_BEFORE))


def _orders_down() -> None:
    for column in ("no_later_than", "if_declined", "address", "incoterm", "notes"):
        op.drop_column("orders", column)
    op.add_column("orders", sa.Column("quote_id", sa.Uuid()))
    op.execute("update orders o set quote_id = l.quote_id from order_lines l where l.order_id = o.id and l.number = 1")
    op.alter_column("orders", "quote_id", nullable=False)
    op.create_unique_constraint(op.f("uq_orders_quote_id"), "orders", ["quote_id"])
    op.create_foreign_key(op.f("fk_orders_quote_id_quotes"), "orders", "quotes", ["quote_id"], ["id"])
    op.drop_constraint(op.f("fk_order_lines_quote_id_quotes"), "order_lines", type_="foreignkey")
    op.drop_constraint(op.f("uq_order_lines_quote_id"), "order_lines", type_="unique")
    op.drop_column("order_lines", "address")
    op.drop_column("order_lines", "quote_id")
