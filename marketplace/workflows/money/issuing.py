"""Invoices and credit notes follow the books: what is released is invoiced, what went back after that is credited.

Nobody waits for it: the paid flow and the release know nothing of documents. Each minute whoever was moved in the books
of late is looked at, and once a day everybody; what is issued already is not issued again, whoever looks.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from marketplace.invoicing import facts, queries, rules, service
from marketplace.invoicing.facts import Occasion, Platform
from marketplace.kernel import clock
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.orders import queries as orders
from marketplace.orders.models import Job
from marketplace.taxes.values import Supply

OF_LATE: Final = timedelta(days=3)
EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def issue_recent(platform: Platform) -> None:
    """Issue what is due for orders whose money moved of late, each job in its own transaction."""
    _issue(clock.now() - OF_LATE, platform)


def issue_missed(platform: Platform) -> None:
    """The same for all orders: nothing moved long ago is left without its documents."""
    _issue(EVER, platform)


def _issue(since: datetime, platform: Platform) -> None:
    with transaction():
        due = queries.undocumented(since=since)
    each_alone(due, lambda found: _issue_for(*found, platform=platform))


def _issue_for(order_id: UUID, job_id: UUID, *, platform: Platform) -> None:
    """The order is locked first: shares are added under the same lock."""
    job = orders.job_of(orders.to_change(order_id), job_id)
    at = _occasion(job, platform)
    for supply in Supply:
        for due in list(rules.due(job.shares, supply, after=queries.covered(job.id, supply))):
            service.issue(due, at)


def _occasion(job: Job, platform: Platform) -> Occasion:
    parties = queries.organisations(facts.party_ids(job))
    factory_id, customer_id = facts.party_ids(job)
    today = clock.now().date()
    line = next(each for each in job.order.lines if each.number == job.line_number)
    return Occasion(
        job=job,
        order=job.order,
        line=line,
        part=queries.part_name(line.revision_id),
        taxed=queries.taxed(job),
        factory=parties[factory_id],
        customer=parties[customer_id],
        platform=platform,
        issued_on=today,
        supplied_on=max((each.created_at.date() for each in job.shipments), default=today),
    )
