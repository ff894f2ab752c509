"""Which fees were decided."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from marketplace.accounts.models import Organisation
from marketplace.fees.errors import FeePayerUnknown
from marketplace.fees.models import FeeRate
from marketplace.fees.paging import FeeRequest
from marketplace.fees.rules import History
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, newest_first


def page_for_staff(request: FeeRequest) -> Page[FeeRate]:
    """Every rate that was decided, or those of one organisation, the newest first."""
    query = select(FeeRate)
    if request.organisation_id is not None:
        query = query.where(FeeRate.organisation_id == request.organisation_id)
    return newest_first(query, FeeRate.id, request)


def one(rate_id: UUID) -> FeeRate:
    """A rate that was decided."""
    return session().get_one(FeeRate, rate_id)


def hats_of(organisation_id: UUID) -> Sequence[str]:
    """What an organisation does here. Raises FeePayerUnknown."""
    hats = session().scalar(select(Organisation.hats).where(Organisation.id == organisation_id))
    if hats is None:
        raise FeePayerUnknown("There is no such organisation.")
    return hats


def histories(organisation_id: UUID) -> tuple[History, History]:
    """The rates of an organisation, and the usual ones: each by its first day and then as it was decided."""
    asked_of_it = or_(FeeRate.organisation_id == organisation_id, FeeRate.organisation_id.is_(None))
    query = select(FeeRate.organisation_id, FeeRate.valid_from, FeeRate.fee_bps).where(asked_of_it)
    own: list[Mapping[str, Any]] = []
    usual: list[Mapping[str, Any]] = []
    for each in session().execute(query.order_by(FeeRate.valid_from, FeeRate.created_at, FeeRate.id)):
        rate = {"valid_from": each.valid_from.isoformat(), "fee_bps": each.fee_bps}
        (usual if each.organisation_id is None else own).append(rate)
    return own, usual
