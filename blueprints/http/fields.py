"""Fields that marshmallow has not, or takes too lightly."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, cast

import orjson
from marshmallow import ValidationError, fields, validate

from marketplace.accounts.countries import COUNTRIES
from marketplace.kernel import clock, money
from marketplace.kernel.money import EXPONENTS, Money


class Whole(fields.Integer):
    """A whole number that was sent as one: not `true`, not "3"; `3.0` is one (JSON Schema says so)."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise ValidationError("Not a whole number.")
        return value


class Number(fields.Float):
    """A finite number that was sent as one: not `true`, not "3"."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if type(value) not in (int, float) or not -1e300 < value < 1e300:
            raise ValidationError("Not a number.")
        return float(value)


TEXT: Final = "[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]*"
ANY_TEXT: Final = f"^{TEXT}$"
SOME_TEXT: Final = f"^{TEXT}[^\\s\\u0000-\\u001f\\ufffe\\uffff]{TEXT}$"
"""For the document: no control characters but line ends and tabs, and not white space alone (ECMA-262 patterns)."""


class Words(fields.String):
    """Text with the white space around it gone; never empty unless allowed, never with control characters.

    Lines may end as on any system; they are kept as ended by LF alone.
    """

    def __init__(self, *, least: int = 1, most: int, metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        described = {"pattern": ANY_TEXT if least == 0 else SOME_TEXT, **(metadata or {})}
        super().__init__(validate=validate.Length(least, most), metadata=described, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).replace("\r\n", "\n").replace("\r", "\n")
        if any(ord(character) < 32 and character not in "\n\t" for character in text):
            raise ValidationError("Control characters are not allowed.")
        if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
            raise ValidationError("Not valid text: half of a surrogate pair.")
        if "\ufffe" in text or "\uffff" in text:
            raise ValidationError("U+FFFE and U+FFFF are no characters: no XML can hold them.")
        return text.strip()


class Flag(fields.Boolean):
    """True or false that was sent as such: not 1, not "yes"."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("Not true or false.")
        return value


class Matching(validate.Regexp):
    """Text that a pattern matches as a whole: `$` alone lets a line end pass behind it."""

    def __call__(self, value: str) -> str:  # type: ignore[override]
        if cast("re.Pattern[str]", self.regex).fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


class CatalogueId(fields.String):
    """The id of something in the catalogue: small letters, digits and underscores."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=Matching("^[a-z0-9_]{1,60}$"), **kwargs)


class Currency(fields.String):
    """ISO 4217, of those we trade in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(sorted(EXPONENTS)), **kwargs)


class Country(fields.String):
    """A country, ISO 3166-1 alpha-2."""

    def __init__(self, *, also: Sequence[str] = (), metadata: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        known = validate.OneOf([*sorted(COUNTRIES), *also], error="Not one of ISO 3166-1 (two capital letters).")
        super().__init__(validate=known, metadata={"example": "DE", **(metadata or {})}, **kwargs)


FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)


class Day(fields.Date):
    """A day that anybody may mean: later sums of days stay days."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(f"Not a day from {FIRST_DAY} to {LAST_DAY}.")
        return day


class Instant(fields.DateTime):
    """An instant in UTC, written with a Z (RFC 3339)."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else clock.written(value)


class WrittenJson(fields.Field[Any]):
    """JSON that is written already, put into the answer as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(dump_only=True, required=True, **kwargs)

    def _serialize(self, value: bytes | None, attr: str | None, obj: Any, **kwargs: Any) -> orjson.Fragment | None:
        return None if value is None else orjson.Fragment(value)


class Amount(fields.Field[Any]):
    """An amount of the currency that the row or mapping names: minor units for programs, words for people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(dump_only=True, metadata=AMOUNT_DOC, **kwargs)

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        try:
            currency = obj.currency
        except AttributeError:
            currency = obj["currency"]
        return {"minor": value, "currency": currency, "text": money.written(value, currency)}


AMOUNT_DOC = {
    "type": "object",
    "required": ["minor", "currency", "text"],
    "properties": {"minor": {"type": "integer"}, "currency": {"type": "string"}, "text": {"type": "string"}},
    "example": {"minor": 123456, "currency": "EUR", "text": "1,234.56 EUR"},
}


def shown(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency, "text": str(amount)}
