from marketplace.kernel.errors import Conflict, NotFound


class FactoryNotFound(NotFound):
    """There is no such factory."""

    code = "factory_not_found"


class ExcusedAlready(Conflict):
    """The delay of this job is put down to somebody else already."""

    code = "excused_already"
