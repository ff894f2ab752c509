"""States as data: a table of moves, one function that makes them, and a history that is only ever added to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import Base, Identified
from marketplace.kernel.errors import Conflict

State = TypeVar("State", bound=StrEnum)


class IllegalMove(Conflict):
    """The thing is not in a state from which this is possible."""

    code = "illegal_move"


@dataclass(frozen=True)
class Lifecycle(Generic[State]):
    """Where a thing starts, which state may follow which, and for a person the way out of one that seems the end."""

    start: State
    moves: Mapping[State, frozenset[State]]
    ways_out: Mapping[State, str] = field(default_factory=dict)

    def allows(self, current: State, to: State) -> bool:
        return to in self.moves.get(current, frozenset())

    def way_out(self, current: State) -> str:
        """What can still become of a thing in this state, in words."""
        following = " or ".join(_words(each) for each in sorted(self.moves.get(current, ())))
        return self.ways_out.get(current) or (f"only {following} can follow" if following else "that is final")


class StateMove(Identified, Base):
    """One move of one thing: append-only, enforced by a trigger."""

    __tablename__ = "state_moves"

    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    from_state: Mapped[str]
    to_state: Mapped[str]
    user_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(default=None)


def one_of(table: str) -> str:
    """What a row of a table is called by people: one of `payout_batches` is a payout batch."""
    lengthened = table.endswith(("ches", "shes", "sses", "xes"))
    return _words(table.removesuffix("es") if lengthened else table.removesuffix("s"))


class Stateful:
    """A row with a state. Only `move` writes it."""

    __tablename__: Any
    id: Mapped[UUID]
    state: Mapped[Any]
    lifecycle: ClassVar[Lifecycle[Any]]
    called: ClassVar[str | None] = None
    """What people call one, where the name of its table does not say it."""

    def move(self, to: StrEnum, *, by: Actor, reason: str | None = None) -> None:
        """Take the thing to another state and write down who did it. Raises IllegalMove."""
        current = type(to)(self.state)
        if not self.lifecycle.allows(current, to):
            tried = (
                f"This {self.called or one_of(self.__tablename__)} is {_words(current)}; it cannot become {_words(to)}"
            )
            raise IllegalMove(f"{tried}: {self.lifecycle.way_out(current)}.", state=current, wanted=to)
        self.state = to
        transaction.note(
            StateMove(
                subject_kind=self.__tablename__,
                subject_id=self.id,
                from_state=current,
                to_state=to,
                user_id=by.user_id,
                organisation_id=by.organisation_id,
                reason=reason,
                created_at=clock.now(),
            )
        )


def _words(name: str) -> str:
    return name.replace("_", " ")
