"""What you have paid us, and what came back."""

from typing import Any

from flask import Response

from blueprints.customer.door import door
from blueprints.http.identity import actor
from blueprints.http.statements import CSV, PeriodQuery, ShowStatement, as_file, name_of, period_of
from marketplace.kernel.transaction import transaction
from marketplace.ledger.values import Statement
from marketplace.workflows.money import statements

statement = door.room("statement", "What you have paid us, and what came back.")


@statement.get("")
@statement.arguments(PeriodQuery, location="query")
@statement.response(200, ShowStatement)
def show(wanted: dict[str, Any]) -> Statement:
    """Show a statement of what you paid (more) and what came back to you, from us or by your bank (less), by order."""
    with transaction():
        return statements.of_customer(actor(), period_of(wanted))


@statement.get("/csv")
@statement.arguments(PeriodQuery, location="query")
@statement.response(200)
@statement.doc(responses=CSV)
def save(wanted: dict[str, Any]) -> Response:
    """Save the same as a table, with every movement and the balance after it."""
    period = period_of(wanted)
    return as_file(statements.of_customer_as_csv(actor(), period), name_of("statement", period))
