"""What the database itself insists on: rows that are only added, and journals that sum to zero."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "audit_events",
    "state_moves",
    "file_accesses",
    "decisions",
    "rate_cards",
    "offers",
    "order_lines",
    "order_shares",
    "production_reports",
    "shipments",
    "journals",
    "postings",
)


def upgrade() -> None:
    op.execute("""
        create function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception '% is append-only: a correction is a new row', tg_table_name using errcode = 'restrict_violation';
        end $$
    """)
    for table in APPEND_ONLY:
        op.execute(f"""
            create trigger append_only before update or delete on {table}
            for each row execute function refuse_change()
        """)
    op.execute("""
        create function journal_sums_to_zero() returns trigger language plpgsql as $$
        declare checked uuid := to_jsonb(new) ->> tg_argv[0];
        begin
            if not exists (select 1 from postings where journal_id = checked) then
                raise exception 'journal % has no postings', checked using errcode = 'check_violation';
            end if;
            if exists (select 1 from postings where journal_id = checked group by currency having sum(amount_minor) <> 0) then
                raise exception 'journal % does not sum to zero', checked using errcode = 'check_violation';
            end if;
            if exists (select 1 from postings p join ledger_accounts a on a.id = p.account_id
                       where p.journal_id = checked and a.currency <> p.currency) then
                raise exception 'journal % posts a currency that its account has not', checked using errcode = 'check_violation';
            end if;
            return null;
        end $$
    """)
    op.execute("""
        create constraint trigger balanced after insert on journals
        deferrable initially deferred for each row execute function journal_sums_to_zero('id')
    """)
    op.execute("""
        create constraint trigger balanced after insert on postings
        deferrable initially deferred for each row execute function journal_sums_to_zero('journal_id')
    """)


def downgrade() -> None:
    for table in ("postings", "journals"):
        op.execute(f"drop trigger balanced on {table}")
    op.execute("drop function journal_sums_to_zero")
    for table in APPEND_ONLY:
        op.execute(f"drop trigger append_only on {table}")
    op.execute("drop function refuse_change")
