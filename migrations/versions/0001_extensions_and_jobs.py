"""Extensions, and the tables of the job queue."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    schema = SchemaManager.get_schema()
    op.get_bind().connection.driver_connection.execute(schema)


def downgrade() -> None:
    op.execute("""
        do $$ declare item record; begin
            for item in select tablename from pg_tables where schemaname = current_schema() and tablename like 'procrastinate_%' loop
                execute format('drop table %I cascade', item.tablename);
            end loop;
            for item in select p.oid::regprocedure as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                        where n.nspname = current_schema() and p.proname like 'procrastinate_%' loop
                execute format('drop function %s cascade', item.signature);
            end loop;
            for item in select typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
                        where n.nspname = current_schema() and typname like 'procrastinate_%' and typtype in ('e', 'c') loop
                execute format('drop type if exists %I cascade', item.typname);
            end loop;
        end $$
    """)
    op.execute("drop extension pg_trgm")
