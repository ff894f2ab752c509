"""Why requests for quotation, bids and looks at a file are refused."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class RfqNotFound(NotFound):
    """There is no such request for quotation, it is another customer's, or the factory was not invited."""

    code = "rfq_not_found"


class BidNotFound(NotFound):
    """The request has no such bid, or it is another factory's."""

    code = "bid_not_found"


class QuestionNotFound(NotFound):
    """The request has no such question, or it is another factory's."""

    code = "question_not_found"


class InvitationNotFound(NotFound):
    """That factory was not invited to this request."""

    code = "rfq_invitation_not_found"


class FileNotOpen(NotFound):
    """The owner has not opened the part's file to this factory, or has closed it again."""

    code = "file_not_open"


class FactoryUnknown(Rejected):
    """Among the factories that were named are some that list nothing; `unknown` names them."""

    code = "factory_unknown"


class FactoryNotCleared(Rejected):
    """The file is under export control, and some of the named factories may not see it; `barred` names them."""

    code = "factory_not_cleared"


class CentreNotCleared(Conflict):
    """The file is under export control, and the work centre may not see it."""

    code = "centre_not_cleared"


class AudienceUnclear(Rejected):
    """Factories are named exactly when the audience is of chosen ones."""

    code = "audience_unclear"


class QuantitiesRepeat(Rejected):
    """The same quantity was asked for twice."""

    code = "quantities_repeat"


class DayOutOfReach(Rejected):
    """The day on which goods are wanted, or ship, has passed or is more than two years away."""

    code = "day_out_of_reach"


class NobodyEligible(Conflict):
    """No live listing fits process, material and size."""

    code = "nobody_eligible"


class RfqClosed(Conflict):
    """The request takes no more bids or questions; its customer may extend it until one is chosen."""

    code = "rfq_closed"


class RfqOver(Conflict):
    """The request was decided or withdrawn."""

    code = "rfq_over"


class DeadlineNotLater(Conflict):
    """The request takes bids for longer already; a deadline is only ever moved to later."""

    code = "deadline_not_later"


class TermsNotAgreed(Conflict):
    """The factory has not agreed to the terms of the request yet."""

    code = "terms_not_agreed"


class NdaTextDiffers(Conflict):
    """What was agreed to is not the non-disclosure agreement of this request; read it and send its hash."""

    code = "nda_text_differs"


class TooManyQuestions(Conflict):
    """The factory has asked as many questions as it may."""

    code = "too_many_questions"


class TooManyVersions(Conflict):
    """The bid was revised as often as it may be."""

    code = "too_many_versions"


class QuantityNotAsked(Rejected):
    """The bid is for a quantity that was not asked for."""

    code = "quantity_not_asked"


class MinutesTooFew(Rejected):
    """The bid reserves fewer machine minutes than its own lines are paid for."""

    code = "minutes_too_few"


class ShipDateImpossible(Conflict):
    """The work centre has not so many minutes open before that day; `earliest` names the first possible one."""

    code = "ship_date_impossible"


class CentreNotListed(Conflict):
    """The work centre has no live listing, and only what is public may be ordered."""

    code = "centre_not_listed"


class BidExpired(Conflict):
    """The bid was valid until an instant that has passed."""

    code = "bid_expired"


class BidNotOpen(Conflict):
    """The bid was superseded, withdrawn, or not chosen; `state` says which."""

    code = "bid_not_open"


class AnotherAccepted(Conflict):
    """Another bid of the request was accepted before."""

    code = "another_accepted"


class NoRatesForThis(Conflict):
    """The work centre has no rate card in the request's currency, from which a bid could be drafted."""

    code = "no_rates_for_this"
