"""`flask --app wsgi reconcile`: our books beside the payment provider's, told here and now."""

import click
from flask.cli import with_appcontext

from blueprints.http.ports import ports
from marketplace import bootstrap
from marketplace.kernel.errors import Unavailable
from marketplace.kernel.money import written
from marketplace.kernel.paging import LARGEST_PAGE
from marketplace.kernel.transaction import transaction
from marketplace.ledger import queries as ledger
from marketplace.reconciliation import queries, rules
from marketplace.reconciliation.models import Reconciliation, Scope
from marketplace.reconciliation.paging import DifferenceRequest
from marketplace.reconciliation.states import DifferenceState


@click.command()
@click.option("--recent", is_flag=True, help="Only what moved since the last comparison, and some hours before it.")
@with_appcontext
def reconcile(recent: bool) -> None:
    """Compare our books with the payment provider's; exits 1 while a difference is open, 2 if it cannot be asked."""
    try:
        run = bootstrap.reconcile(ports(), Scope.RECENT if recent else Scope.WHOLE)
    except Unavailable as trouble:
        click.echo(trouble.message, err=True)
        raise SystemExit(2) from None
    with transaction():
        is_open = _tell(run)
    if is_open:
        raise SystemExit(1)


def _tell(run: Reconciliation) -> bool:
    """Print what a comparison counted and found; whether a difference is open."""
    click.echo(
        f"{run.movements:,} movements at the provider, {run.journals:,} journals of them here; {run.adopted} taken in; "
        f"{run.events_filled} lost events taken in."
    )
    if run.under_way:
        click.echo(f"  {run.under_way} at the provider need not be here yet, no difference: {rules.WHY_NOT_YET}.")
    for total in run.totals:
        theirs, ours = (_amount(total[each], total["currency"]) for each in ("theirs_minor", "ours_minor"))
        click.echo(f"  {theirs:>24} there  {ours:>24} here")
    for debt in ledger.debts(limit=LARGEST_PAGE):
        click.echo(f"  owed to us by {debt.party_id}: {written(debt.owed_minor, debt.currency)}")
    found = {
        state: queries.page_of_differences(DifferenceRequest(limit=LARGEST_PAGE, state=state)).items
        for state in (DifferenceState.EXPLAINED, DifferenceState.OPEN)
    }
    for state, differences in found.items():
        for each in differences:
            click.echo(f"{state:<9} {each.kind:<13} {each.about}  {each.says}")
    click.echo(f"{run.differences} differences, {run.opened} of them found for the first time.")
    return bool(found[DifferenceState.OPEN])


def _amount(minor: int, currency: str) -> str:
    return written(minor, currency)
