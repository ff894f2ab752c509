"""What is not read from tables but given with the statement."""

from typing import Any

from sqlalchemy import Select, Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSON


def given(table: Table, parameter: str) -> Select[Any]:
    """Rows with every column of a table, from one parameter that holds them as JSON, however many they are."""
    rows = (
        func.json_to_recordset(bindparam(parameter, type_=JSON))
        .table_valued(*(column(each.name, each.type) for each in table.c), name=f"given_{parameter}")
        .render_derived(with_types=True)
    )
    return select(*rows.c)
