"""Rows of several domains that are read or locked together; locks go from the order to its payment, as everywhere."""

from marketplace.workflows.queries.disputes import (
    Buyer,
    LineWithPart,
    lines_with_parts,
    order_of_dispute,
)
from marketplace.workflows.queries.ordering import (
    TO_ORDER,
    to_order,
)
from marketplace.workflows.queries.paying import (
    DUE,
    HOUR_S,
    LAST_LOOK,
    LOOK_WIDTH,
    LOOKS,
    PAID_BY,
    Due,
    asked_of,
    asked_of_customer,
    due,
    first_days_held,
    intents_to_look_at,
    paid_by,
    payable,
    payments_shown,
    way_to_change,
    ways_to_look_at,
)
from marketplace.workflows.queries.people import (
    country_and_email,
    revisions_of_own_or_made,
    staff_addresses,
)
from marketplace.workflows.queries.planning import (
    MOST_PLANNED,
    Delay,
    JobOfHold,
    jobs_of_holds,
    jobs_to_plan,
    page_of_delays,
)
from marketplace.workflows.queries.refunds import (
    RefundRow,
    refunds_of_order,
)
from marketplace.workflows.queries.statements import (
    CUSTOMERS_MONEY,
    paid_before,
    paid_movements,
    paid_pages,
)
from marketplace.workflows.queries.trade import (
    RATE,
    TERMS_OF_TRADE,
    TermsOfTrade,
    terms_of_trade,
)

__all__ = [
    "CUSTOMERS_MONEY",
    "DUE",
    "HOUR_S",
    "LAST_LOOK",
    "LOOKS",
    "LOOK_WIDTH",
    "MOST_PLANNED",
    "PAID_BY",
    "RATE",
    "TERMS_OF_TRADE",
    "TO_ORDER",
    "Buyer",
    "Delay",
    "Due",
    "JobOfHold",
    "LineWithPart",
    "RefundRow",
    "TermsOfTrade",
    "asked_of",
    "asked_of_customer",
    "country_and_email",
    "due",
    "first_days_held",
    "intents_to_look_at",
    "jobs_of_holds",
    "jobs_to_plan",
    "lines_with_parts",
    "order_of_dispute",
    "page_of_delays",
    "paid_before",
    "paid_by",
    "paid_movements",
    "paid_pages",
    "payable",
    "payments_shown",
    "refunds_of_order",
    "revisions_of_own_or_made",
    "staff_addresses",
    "terms_of_trade",
    "to_order",
    "way_to_change",
    "ways_to_look_at",
]
