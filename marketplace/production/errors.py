"""Why nothing is reported of an operation, handed over as a first article, or given to somebody else."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class JobOperationNotFound(NotFound):
    """The job has no operation of this number."""

    code = "job_operation_not_found"


class OperationNotReported(Conflict):
    """Operations begin while a job is accepted or in production, and end until its goods are accepted."""

    code = "operation_not_reported"


class OperationBegunAlready(Conflict):
    """The operation has begun already; each begins once."""

    code = "operation_begun_already"


class OperationNotBegun(Conflict):
    """An operation that has not begun cannot be done."""

    code = "operation_not_begun"


class OperationDoneAlready(Conflict):
    """The operation is done already; what it took is said once."""

    code = "operation_done_already"


class FirstArticleNotFound(NotFound):
    """The job has no first article of this number."""

    code = "first_article_not_found"


class FirstArticleNotAsked(Conflict):
    """Nobody asked for a first article of this job; make all of it."""

    code = "first_article_not_asked"


class FirstArticleWaiting(Conflict):
    """A first article was handed over and the customer has not answered: until then nothing else is made."""

    code = "first_article_waiting"


class FirstArticleReleasedAlready(Conflict):
    """The first article of this job was released; make the rest."""

    code = "first_article_released_already"


class FirstArticleIncomplete(Conflict):
    """The record is of no first article, or not everything that is required was measured on the piece."""

    code = "first_article_incomplete"


class RecordHandedOverAlready(Conflict):
    """This record was handed over before; another first article has a record of its own."""

    code = "record_handed_over_already"


class PieceRejectedBefore(Conflict):
    """The customer rejected this piece: scrap it, or rework it and measure it again."""

    code = "piece_rejected_before"


class TooManyFirstArticles(Conflict):
    """The job has as many first articles as one may have."""

    code = "too_many_first_articles"


class SubcontractNotFound(NotFound):
    """There is no such operation done for somebody else, or it is not yours."""

    code = "subcontract_not_found"


class NotSubcontractable(Conflict):
    """An operation is given to somebody else while its job is accepted or in production."""

    code = "not_subcontractable"


class SubcontractOpen(Conflict):
    """This operation is proposed or given to somebody already."""

    code = "subcontract_open"


class TooManySubcontracts(Conflict):
    """As many operations of this job were proposed to be done elsewhere as may be."""

    code = "too_many_subcontracts"


class NotAgreedElsewhere(Conflict):
    """The customer has not agreed that anybody else does this operation."""

    code = "not_agreed_elsewhere"


class SubcontractDayOver(Rejected):
    """The operation was to be done by a day that is over, wherever its factory is."""

    code = "subcontract_day_over"


class SubcontractorUnclear(Rejected):
    """Say who is to do it: either a factory of this marketplace, or a company outside by its name."""

    code = "subcontractor_unclear"


class SubcontractorUnfit(Rejected):
    """Who is to do it is no factory of this marketplace, or is a party of this order itself."""

    code = "subcontractor_unfit"


class SubcontractorExcluded(Conflict):
    """The customer has taken back its invitation of this factory to the request that the job came from."""

    code = "subcontractor_excluded"


class SubcontractorNotCleared(Conflict):
    """The part is under export control, and nobody knows that this organisation may see it."""

    code = "subcontractor_not_cleared"
