from marketplace.kernel.errors import Conflict, NotFound


class ListingNotFound(NotFound):
    """There is no such listing, or it is not yours or not public."""

    code = "listing_not_found"


class WorkCentreNotYours(NotFound):
    """A listing offers a work centre of the same organisation."""

    code = "work_centre_not_yours"


class ListedAlready(Conflict):
    """Each work centre has one listing; change that one."""

    code = "listed_already"


class ListingIncomplete(Conflict):
    """A listing can be examined once it could make offers; `missing` names what it lacks."""

    code = "listing_incomplete"


class ListingNotEditable(Conflict):
    """What is public or being examined does not change under the reader: withdraw it, edit it, submit it again."""

    code = "listing_not_editable"
