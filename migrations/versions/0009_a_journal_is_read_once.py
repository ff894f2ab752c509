"""The check of a journal at the end of a transaction reads its lines once instead of three times.

It runs for the journal and for each of its lines, four times for a payment. What it refuses is what it refused before.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

READ_ONCE = """
    declare
        checked uuid;
        lines bigint;
        is_off boolean;
        is_foreign boolean;
    begin
        if tg_table_name = 'journals' then checked := new.id; else checked := new.journal_id; end if;
        select sum(each.lines), bool_or(each.total <> 0), bool_or(each.is_foreign) into lines, is_off, is_foreign
        from (
            select count(*) as lines, sum(p.amount_minor) as total, bool_or(a.currency <> p.currency) as is_foreign
            from postings p join ledger_accounts a on a.id = p.account_id
            where p.journal_id = checked group by p.currency
        ) as each;
        if lines is null then
            raise exception 'journal % has no postings', checked using errcode = 'check_violation';
        end if;
        if is_off then
            raise exception 'journal % does not sum to zero', checked using errcode = 'check_violation';
        end if;
        if is_foreign then
            raise exception 'journal % posts a currency that its account has not', checked using errcode = 'check_violation';
        end if;
        return null;
    end
"""
READ_THRICE = """
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
    end
"""


def upgrade() -> None:
    _check_by(READ_ONCE)


def downgrade() -> None:
    _check_by(READ_THRICE)


def _check_by(body: str) -> None:
    op.execute(f"create or replace function journal_sums_to_zero() returns trigger language plpgsql as $$ {body} $$")
