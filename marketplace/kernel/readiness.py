"""Whether the database is fit to serve: there, migrated, and able to search Chinese."""

from typing import Final

from sqlalchemy import text

from marketplace.kernel.database import session

STATE: Final = text("""
    select array(select version_num from alembic_version) as versions,
           coalesce(cardinality(show_trgm('数控铣床')), 0) as trigrams
""")


def troubles(*, newest_migration: str) -> list[str]:
    """Why this database should not be used, in words; nothing when it should."""
    versions, trigrams = session().execute(STATE).one()
    found = []
    if list(versions) != [newest_migration]:
        found.append(
            f"The database is at migration {', '.join(versions) or 'none'}; the program needs {newest_migration}."
        )
    if not trigrams:
        found.append("The database makes no trigrams of Chinese text; create it with a UTF-8 locale such as C.UTF-8.")
    return found
