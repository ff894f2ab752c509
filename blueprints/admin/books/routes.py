"""The whole book as a file, what each party has with us, and who owes us."""

from typing import Any
from uuid import UUID

from flask import Response

from blueprints.admin.books.schemas import ShowDebts
from blueprints.admin.door import door
from blueprints.http.schemas import NoQuery
from blueprints.http.statements import CSV, TEXT, PeriodQuery, ShowStatement, as_file, name_of, period_of
from marketplace.accounts import queries as organisations
from marketplace.kernel.transaction import transaction
from marketplace.ledger import exporting, queries
from marketplace.ledger.values import Statement
from marketplace.workflows.money import statements

books = door.room("books", "The book as a whole: to be saved, party by party, and who owes us.")


@books.get("/journals")
@books.arguments(PeriodQuery, location="query")
@books.response(200)
@books.doc(responses=CSV)
def journals(wanted: dict[str, Any]) -> Response:
    """Save every line of every journal of a period as a table."""
    period = period_of(wanted)
    return as_file(exporting.as_csv(period), name_of("journals", period))


@books.get("/beancount")
@books.arguments(NoQuery, location="query")
@books.response(200)
@books.doc(responses=TEXT)
def as_beancount(_nothing: dict[str, Any]) -> Response:
    """Save the whole book as text for beancount; bean-check proves that it balances."""
    return as_file(exporting.as_beancount(), "commonforge.beancount", mimetype="text/plain")


@books.get("/debts")
@books.arguments(NoQuery, location="query")
@books.response(200, ShowDebts)
def debts(_nothing: dict[str, Any]) -> dict[str, Any]:
    """List who owes us, by currency, the most first; at most 1000."""
    with transaction():
        return {"items": queries.debts()}


@books.get("/parties/<uuid:organisation_id>/statement")
@books.arguments(PeriodQuery, location="query")
@books.response(200, ShowStatement)
def statement(wanted: dict[str, Any], organisation_id: UUID) -> Statement:
    """Show what was payable to a party before a period, what moved in it, and what was payable after it."""
    with transaction():
        return statements.of_party(organisations.known(organisation_id), period_of(wanted))


@books.get("/parties/<uuid:organisation_id>/statement/csv")
@books.arguments(PeriodQuery, location="query")
@books.response(200)
@books.doc(responses=CSV)
def save_statement(wanted: dict[str, Any], organisation_id: UUID) -> Response:
    """Save the same as a table, with every movement and the balance after it."""
    with transaction():
        party_id = organisations.known(organisation_id)
    period = period_of(wanted)
    return as_file(statements.of_party_as_csv(party_id, period), name_of(f"statement-{party_id}", period))
