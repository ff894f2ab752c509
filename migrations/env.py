"""Alembic's environment: the application's engine and metadata; procrastinate's tables are its own."""

from typing import Any

from alembic import context
from flask import current_app

from marketplace.kernel.database import db, metadata


def ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Leave procrastinate's tables to its own migrations."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    """Migrate within one transaction; wait briefly for locks rather than stop the house."""
    with current_app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("set lock_timeout = '4s'")
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_object=ours,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
