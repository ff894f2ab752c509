from marketplace.kernel.errors import Conflict, NotFound, Rejected


class QuoteNotFound(NotFound):
    """There is no such quote, or it is another customer's."""

    code = "quote_not_found"


class OfferNotFound(NotFound):
    """The quote has no such offer."""

    code = "offer_not_found"


class ListingGone(Conflict):
    """The listing behind the offer is not live any more, so that nothing can be asked of it now."""

    code = "listing_gone"


class CannotBePriced(Rejected):
    """The geometry itself stands against an automatic price; the findings say where."""

    code = "cannot_be_priced"


class QuoteTaken(Conflict):
    """The quote was ordered from already; each is good for one order."""

    code = "quote_taken"


class QuoteSuperseded(Conflict):
    """A newer quote has replaced this one."""

    code = "quote_superseded"


class QuoteExpired(Conflict):
    """The quote's time has passed; ask for a new one."""

    code = "quote_expired"


class QuoteOfBid(Conflict):
    """The price of this quote is a factory's own bid, reckoned by nobody else: nothing can be compared with it."""

    code = "quote_of_bid"


class QuoteIndicative(Conflict):
    """The prices of this quote are indicative, for the reasons in `doubts`; a firm price takes a factory's own bid."""

    code = "quote_indicative"
