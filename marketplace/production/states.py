"""The life of a first article, and of an operation that another organisation is to do, as tables of moves."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class FirstArticleState(StrEnum):
    HANDED_OVER = "handed_over"
    """The customer is asked."""
    RELEASED = "released"
    REJECTED = "rejected"
    """The piece is scrapped or reworked, and another first article follows."""
    WITHDRAWN = "withdrawn"
    """The factory has taken it back before the customer said anything."""
    CALLED_OFF = "called_off"
    """The job came to its end before."""


class SubcontractState(StrEnum):
    PROPOSED = "proposed"
    """The customer is asked."""
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The factory does the operation itself."""
    DECLINED = "declined"
    """The other organisation does not do it."""
    DONE = "done"
    CALLED_OFF = "called_off"
    """The job came to its end before."""


FIRST_ARTICLE: Final = Lifecycle(
    FirstArticleState.HANDED_OVER,
    {
        FirstArticleState.HANDED_OVER: frozenset(
            {
                FirstArticleState.RELEASED,
                FirstArticleState.REJECTED,
                FirstArticleState.WITHDRAWN,
                FirstArticleState.CALLED_OFF,
            }
        ),
    },
    ways_out={
        FirstArticleState.REJECTED: "the factory makes another",
        FirstArticleState.WITHDRAWN: "the factory makes another",
    },
)

SUBCONTRACT: Final = Lifecycle(
    SubcontractState.PROPOSED,
    {
        SubcontractState.PROPOSED: frozenset(
            {
                SubcontractState.AGREED,
                SubcontractState.REFUSED,
                SubcontractState.WITHDRAWN,
                SubcontractState.CALLED_OFF,
            }
        ),
        SubcontractState.AGREED: frozenset(
            {
                SubcontractState.DONE,
                SubcontractState.WITHDRAWN,
                SubcontractState.DECLINED,
                SubcontractState.CALLED_OFF,
            }
        ),
    },
)

OPEN: Final = frozenset({SubcontractState.PROPOSED, SubcontractState.AGREED})
"""An operation has one such subcontract at a time."""
GIVEN: Final = frozenset({SubcontractState.AGREED, SubcontractState.DONE})
"""The other organisation knows of these."""
