"""Why nothing is reported of an operation."""

from marketplace.kernel.errors import Conflict, NotFound


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
