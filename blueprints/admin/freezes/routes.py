"""Money that is held back, and when sellers are paid."""

from typing import Any
from uuid import UUID

from blueprints.admin.door import door
from blueprints.admin.freezes.schemas import (
    FreezePage,
    HoldBack,
    LetGo,
    SchedulePage,
    Scope,
    SetDays,
    ShowFreeze,
    ShowSchedule,
)
from blueprints.http.identity import actor
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.payments.models import Freeze, PayoutSchedule
from marketplace.payouts import queries
from marketplace.workflows.money import holding_back

freezes = door.room("freezes", "Money that stays where it is while something is looked into.")
schedules = door.room("payout_schedules", "When sellers are paid.", path="/payout-schedules")


@freezes.get("")
@freezes.arguments(Query, location="query")
@freezes.response(200, FreezePage)
def browse(page: PageRequest) -> Page[Freeze]:
    """List what is frozen, whatever froze it, newest first."""
    return queries.page_of_freezes(page)


@freezes.post("")
@freezes.arguments(HoldBack)
@freezes.response(201, ShowFreeze)
def hold_back(asked: dict[str, Any]) -> Freeze:
    """Hold back the money of an order, of an organisation, or of everybody, with a reason that they are told.

    Goods can be accepted meanwhile; their money is not released, and nothing is sent. Refunds go on.
    """
    subject = {each: asked["subject_id"] if asked["scope"] is each else None for each in Scope}
    with transaction():
        return holding_back.hold_back(
            order_id=subject[Scope.ORDER],
            organisation_id=subject[Scope.ORGANISATION],
            is_everything=asked["scope"] is Scope.EVERYTHING and asked["subject_id"] is None,
            reason=asked["reason"],
            by=actor(),
        )


@freezes.post("/<uuid:freeze_id>/lift")
@freezes.arguments(LetGo)
@freezes.response(200, ShowFreeze)
def let_go(why: dict[str, Any], freeze_id: UUID) -> Freeze:
    """Let go what the staff held back: what waited for it goes on. What has another cause ends with that."""
    with transaction():
        freeze = queries.staff_freeze(freeze_id)
        holding_back.let_go(freeze, reason=why["reason"], by=actor())
    return freeze


@schedules.get("")
@schedules.arguments(Query, location="query")
@schedules.response(200, SchedulePage)
def browse_schedules(page: PageRequest) -> Page[PayoutSchedule]:
    """List what was said of when sellers are paid, the last first."""
    return queries.page_of_schedules(page)


@schedules.post("")
@schedules.arguments(SetDays)
@schedules.response(201, ShowSchedule)
def set_days(asked: dict[str, Any]) -> PayoutSchedule:
    """Say how many days after acceptance money is owed; goods that are accepted already keep their day."""
    with transaction():
        return holding_back.set_days(**asked, by=actor())
