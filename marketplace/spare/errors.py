"""Refusals of slots of spare capacity and of subscriptions to them."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class SlotNotFound(NotFound):
    """There is no such slot, or it is not yours or not public."""

    code = "slot_not_found"


class SlotNeedsLiveListing(Conflict):
    """A slot is of a work centre whose listing is public."""

    code = "slot_needs_live_listing"


class SlotDaysImpossible(Conflict):
    """A slot lies ahead, is a month at most, and is booked before its last day; `today` is the work centre's."""

    code = "slot_days_impossible"


class SlotExceedsFree(Conflict):
    """A slot offers no more minutes than are free on its days; `free_min` says how many are."""

    code = "slot_exceeds_free"


class SlotsTooMany(Conflict):
    """A listing has so many open slots at most; withdraw one, or wait until one closes."""

    code = "slots_too_many"


class SlotClosed(Conflict):
    """The slot was withdrawn, its deadline has passed, or its listing is not public any more."""

    code = "slot_closed"


class SlotUnfit(Rejected):
    """This part cannot be made in this slot; `reasons` says why, each with what was asked and what the slot has."""

    code = "slot_unfit"


class SlotSold(Conflict):
    """Others have booked the slot's minutes meanwhile; `left_min` says how many it still has."""

    code = "slot_sold"


class SubscriptionNotFound(NotFound):
    """There is no such subscription of yours."""

    code = "subscription_not_found"


class SubscriptionsTooMany(Conflict):
    """An organisation has so many subscriptions at most; end one of them first."""

    code = "subscriptions_too_many"
