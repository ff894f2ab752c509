from marketplace.kernel.errors import Conflict, NotFound, Rejected


class OrderNotFound(NotFound):
    """There is no such order, or it is another customer's."""

    code = "order_not_found"


class JobNotFound(NotFound):
    """There is no such job, it is another factory's, or its order is not paid yet."""

    code = "job_not_found"


class AnswerOverdue(Conflict):
    """The factory's time to answer the job has passed."""

    code = "answer_overdue"


class MorePiecesThanOrdered(Rejected):
    """More pieces were reported done than the job has."""

    code = "more_pieces_than_ordered"


class FewerPiecesThanBefore(Conflict):
    """Fewer pieces were reported done than an earlier report says."""

    code = "fewer_pieces_than_before"


class FirstArticleNotReleased(Conflict):
    """The customer has not released the first article of this job: until then it is all that is made, or leaves."""

    code = "first_article_not_released"


class ParcelsUnequal(Rejected):
    """The parcels of a shipment hold more pieces, or fewer, than were said to leave; none said: all that are left."""

    code = "parcels_unequal"


class ParcelImpossible(Rejected):
    """A parcel that is heavier than anything of its size can be: a slip of units."""

    code = "parcel_impossible"


class ListingNotLive(Conflict):
    """The listing behind the offer is not public any more; ask for a new quote."""

    code = "listing_not_live"


class NotCancellable(Conflict):
    """The job has left its factory, or has come to an end: it cannot be given up any more."""

    code = "not_cancellable"


class ChangeNotFound(NotFound):
    """The job has no change of this number."""

    code = "change_not_found"


class ChangeNotYours(Conflict):
    """One side proposes a change, and the other answers it."""

    code = "change_not_yours"


class ChangeOpen(Conflict):
    """A job has one open change at a time."""

    code = "change_open"


class ChangesNothing(Rejected):
    """A counter-offer whose terms are those that were ordered."""

    code = "changes_nothing"


class NotChangeable(Conflict):
    """Terms change while a job is offered to its factory, accepted or in production."""

    code = "not_changeable"


class TooManyChanges(Conflict):
    """The job has as many changes, in whatever state, as one may have."""

    code = "too_many_changes"


class TooManyReports(Conflict):
    """The job has as many reports of progress as one may have."""

    code = "too_many_reports"


class TooManyCounters(Conflict):
    """The factory has countered this job as often as it may."""

    code = "too_many_counters"


class DateImpossible(Rejected):
    """A ship date that lies in the past, where the factory is."""

    code = "date_impossible"


class LineTwice(Rejected):
    """Two lines of one order come from the same quote."""

    code = "line_twice"


class AddressUnfit(Rejected):
    """The price of a line is for another country than the address's, or for no delivery at all."""

    code = "address_unfit"


class IncotermUnfit(Rejected):
    """The term says that the goods are delivered and the price does not, or the other way round."""

    code = "incoterm_unfit"


class NothingToAccept(Conflict):
    """No job of the order has been shipped and not yet accepted."""

    code = "nothing_to_accept"


class TooManyUnpaid(Conflict):
    """The customer has as many unpaid orders as one may have at once: each keeps machine minutes from others."""

    code = "too_many_unpaid_orders"
