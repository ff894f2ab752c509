"""What you have earned with us, what was sent, and what is still owed to you or by you."""

from typing import Any

from flask import Response

from blueprints.factory.door import door
from blueprints.http.downloads import PDF, printed
from blueprints.http.identity import actor
from blueprints.http.ports import ports
from blueprints.http.statements import CSV, PeriodQuery, ShowStatement, as_file, name_of, period_of
from marketplace.invoicing import papers, queries
from marketplace.kernel import clock
from marketplace.kernel.transaction import transaction
from marketplace.ledger.values import Statement
from marketplace.workflows.money import statements

statement = door.room(
    "statement", "What you have earned with us, what was sent, and what is still owed to you or by you."
)


@statement.get("")
@statement.arguments(PeriodQuery, location="query")
@statement.response(200, ShowStatement)
def show(wanted: dict[str, Any]) -> Statement:
    """Show what was payable to you before a period, what moved in it, and what is payable to you after it."""
    with transaction():
        return statements.of_party(actor().organisation, period_of(wanted))


@statement.get("/pdf")
@statement.arguments(PeriodQuery, location="query")
@statement.response(200)
@statement.doc(responses=PDF)
def save_page(wanted: dict[str, Any]) -> Response:
    """Save the same as a page to be printed."""
    period, organisation_id = period_of(wanted), actor().organisation
    with transaction():
        shown = statements.of_party(organisation_id, period)
        (named,) = queries.organisations([organisation_id]).values()
    of = {"name": named.name, "country": named.country}
    content = papers.statement(of, shown, ports().typesetter, made_at=clock.now())
    return printed(content, name_of("statement", period).replace(".csv", ".pdf"))


@statement.get("/csv")
@statement.arguments(PeriodQuery, location="query")
@statement.response(200)
@statement.doc(responses=CSV)
def save(wanted: dict[str, Any]) -> Response:
    """Save the same as a table, with every movement and the balance after it."""
    period = period_of(wanted)
    return as_file(statements.of_party_as_csv(actor().organisation, period), name_of("statement", period))
