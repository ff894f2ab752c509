from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from blueprints.admin.numbers import ShowHolder
from blueprints.http.fields import Amount, Country, Currency, Instant, Matching, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.accounts.models import NumberKind
from marketplace.accounts.verifying import Found
from marketplace.kernel.money import LARGEST_CHARGE

MOST_OPEN = 1000 * LARGEST_CHARGE


class Because(Accepts):
    """Why; the party reads it."""

    reason = Words(
        least=10, most=4000, required=True, metadata={"example": "The register says that the company was dissolved."}
    )


class VerifyBusiness(Because):
    """In which register a company was found, under which number, and what shows that it is theirs."""

    makes = Found

    number_kind = fields.Enum(NumberKind, by_value=True, required=True, metadata={"example": "vat"})
    register_number = fields.String(
        attribute="number",
        required=True,
        validate=Matching("^[0-9A-Z][0-9A-Z./ -]{1,28}[0-9A-Z]$"),
        metadata={"example": "DE136695976"},
    )
    country = Country(required=True)


class Limit(Accepts):
    """What of one currency may be unpaid at once."""

    currency = Currency(required=True, metadata={"example": "EUR"})
    amount_minor = Whole(required=True, validate=validate.Range(1, MOST_OPEN), metadata={"example": 500_000})


class GrantTerms(Because):
    """How many days a business has to pay an invoice, and for how much at once in each currency."""

    net_days = Whole(required=True, validate=validate.Range(1, 60), metadata={"example": 30})
    limits = fields.List(fields.Nested(Limit), required=True, validate=validate.Length(1, 30))

    @validates("limits")
    def each_currency_once(self, limits: list[dict[str, Any]], **_: Any) -> None:
        """Two limits of one currency would leave open which of them holds."""
        named = [each["currency"] for each in limits if "currency" in each]
        if len(set(named)) < len(named):
            raise ValidationError("Each currency has one limit.")


class ShowVerification(Shows):
    """What was found of a business, by whom, whether it still holds, and who else holds the number."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    number_kind = fields.Enum(NumberKind, by_value=True, required=True)
    register_number = fields.String(attribute="number", required=True, metadata={"example": "DE136695976"})
    country = fields.String(required=True, metadata={"example": "DE"})
    verified_by = fields.UUID(required=True)
    verified_at = Instant(attribute="created_at", required=True)
    reason = fields.String(required=True)
    withdrawn_at = Instant(required=True, allow_none=True)
    withdrawn_by = fields.UUID(required=True, allow_none=True)
    why_withdrawn = fields.String(required=True, allow_none=True)
    held_by_others = fields.List(fields.Nested(ShowHolder), required=True)


class ShowLimit(Shows):
    """What of one currency may be unpaid at once."""

    amount = Amount(attribute="amount_minor", required=True)


class ShowTerms(Shows):
    """Net terms: granted by whom and why, and whether they still hold."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    verification_id = fields.UUID(required=True)
    net_days = fields.Integer(required=True)
    limits = fields.List(fields.Nested(ShowLimit), required=True)
    granted_by = fields.UUID(required=True)
    granted_at = Instant(attribute="created_at", required=True)
    reason = fields.String(required=True)
    ended_at = Instant(required=True, allow_none=True)
    ended_by = fields.UUID(required=True, allow_none=True)
    why_ended = fields.String(required=True, allow_none=True)


VerificationPage = page_of(ShowVerification)
TermsPage = page_of(ShowTerms)
