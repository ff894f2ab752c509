from marketplace.kernel.errors import Conflict, NotFound, Rejected


class QuoteNotFound(NotFound):
    code = "quote_not_found"


class OfferNotFound(NotFound):
    code = "offer_not_found"


class CannotBePriced(Rejected):
    """The geometry itself stands against an automatic price; the findings say where."""

    code = "cannot_be_priced"


class QuoteTaken(Conflict):
    code = "quote_taken"


class QuoteSuperseded(Conflict):
    code = "quote_superseded"


class QuoteExpired(Conflict):
    code = "quote_expired"
