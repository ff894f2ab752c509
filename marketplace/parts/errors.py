"""Why parts and their files are refused."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected, Unavailable


class PartNotFound(NotFound):
    """There is no such part, or it is another customer's."""

    code = "part_not_found"


class RevisionNotFound(NotFound):
    """The part has no such revision, or it is another customer's."""

    code = "revision_not_found"


class PictureNotFound(NotFound):
    """There is no such picture of the revision: not yet, or never."""

    code = "picture_not_found"


class StillMeasuring(Conflict):
    """The revision has not been measured yet."""

    code = "still_measuring"


class FileWasRefused(Conflict):
    """The kernel could not measure the revision's file."""

    code = "file_refused"


class UnitsUnconfirmed(Conflict):
    """Nobody has said yet in which units the revision was drawn."""

    code = "units_unconfirmed"


class UnitsAreFinal(Conflict):
    """Units were confirmed before, and others."""

    code = "units_final"


class UnitsDeclaredOtherwise(Rejected):
    """The file itself says in which units it was drawn, and others were confirmed."""

    code = "units_declared_otherwise"


class TooManyRevisions(Conflict):
    """The part has as many revisions as a part may have."""

    code = "too_many_revisions"


class StorageFull(Unavailable):
    """There is no room for another file."""

    code = "storage_full"


class FileMissing(Unavailable):
    """A file that was stored is not where it was put."""

    code = "file_missing"
