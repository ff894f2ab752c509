"""Everything that an order's money went through, out of the tables that tell of it, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select, text

from marketplace.kernel.database import session
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Order

# The last column ranks what happened in one transaction: what was decided before what follows from it.
MOMENTS: Final = text("""
    with wanted_jobs as (select id, line_number from jobs where order_id = :order_id),
    wanted_payments as (select * from payments where order_id = :order_id),
    subjects as (
        select cast(:order_id as uuid) as id
        union all select id from wanted_jobs
        union all select id from wanted_payments
        union all select id from payment_ways where payment_id in (select id from wanted_payments)
        union all select id from disputes where payment_id in (select id from wanted_payments)
        union all select id from staff_refunds where order_id = :order_id
    )
    select created_at, 'order.placed', 'orders', id, null, currency, total_minor, placed_by, 0
    from orders where id = :order_id
    union all
    select created_at, 'payment.expected', 'payments', id, null, currency, amount_minor, null, 1 from wanted_payments
    union all
    select w.created_at, 'way_to_pay.chosen', 'payment_ways', w.id, w.method, null, null, null, 1
    from payment_ways w join wanted_payments p on p.id = w.payment_id
    union all
    select d.created_at, 'dispute.seen', 'disputes', d.id, d.reason, d.currency, d.amount_minor, null, 1
    from disputes d join wanted_payments p on p.id = d.payment_id
    union all
    select created_at, 'refund.proposed', 'staff_refunds', id, reason, currency, amount_minor, proposed_by, 1
    from staff_refunds where order_id = :order_id
    union all
    select created_at, 'moved.' || to_state, subject_kind, subject_id, reason, null, null, user_id, 2
    from state_moves where subject_id in (select id from subjects)
    union all
    select f.created_at, 'money.frozen', 'freezes', f.id, f.why, null, null, null, 3
    from freezes f where f.order_id = :order_id
    union all
    select f.lifted_at, 'money.thawed', 'freezes', f.id, f.why, null, null, null, 3
    from freezes f where f.order_id = :order_id and f.lifted_at is not null
    union all
    select created_at, 'release.waits', 'jobs', job_id, 'until ' || due_at::date, null, null, null, 3
    from releases where order_id = :order_id
    union all
    select ended_at, 'release.' || state, 'jobs', job_id, null, null, null, null, 3
    from releases where order_id = :order_id and ended_at is not null
    union all
    select j.created_at, 'posted.' || j.kind, 'journals', j.id, j.reference, t.currency,
        cast(sum(t.amount_minor) as bigint), null, 4
    from journals j join postings t on t.journal_id = j.id and t.amount_minor > 0
    where j.order_id = :order_id group by j.id, t.currency
    union all
    select o.created_at, 'owed.' || o.kind, 'provider_operations', o.id, o.reason, o.currency, o.amount_minor, null, 5
    from provider_operations o join wanted_payments p on p.id = o.payment_id
    union all
    select o.first_sent_at, 'asked.' || o.kind, 'provider_operations', o.id, o.problem, o.currency, o.amount_minor,
        null, 6
    from provider_operations o join wanted_payments p on p.id = o.payment_id where o.first_sent_at is not null
    order by 1, 9, 3, 4, 2
""")


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, as a fact; the amount is in minor units where it is about one."""

    at: datetime
    what: str
    about: str
    about_id: UUID
    text: str | None
    currency: str | None
    amount_minor: int | None
    user_id: UUID | None
    """The person who did it; nobody where the house, the provider or time did."""


def of_order(order_id: UUID) -> Sequence[Moment]:
    """The moments of an order's money, the first first. Raises OrderNotFound."""
    if not session().scalar(select(exists().where(Order.id == order_id))):
        raise OrderNotFound("There is no such order.")
    return [Moment(*row[:8]) for row in session().execute(MOMENTS, {"order_id": order_id})]
