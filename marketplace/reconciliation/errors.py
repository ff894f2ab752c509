from marketplace.kernel.errors import Forbidden, NotFound


class ReconciliationNotFound(NotFound):
    """No comparison with the provider's books has this id."""

    code = "reconciliation_not_found"


class DifferenceNotFound(NotFound):
    """No comparison with the provider's books has found a difference of this id."""

    code = "difference_not_found"


class ExplainedByStaffOnly(Forbidden):
    """Only a person of the staff says why the books differ: not a program."""

    code = "explained_by_staff_only"
