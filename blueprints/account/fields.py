"""Fields about people and organisations."""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

EMAIL_FORM: Final = re.compile(r"[!-?A-~]{1,64}@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+", re.ASCII)
"""Printable ASCII, one @, a domain with a dot: enough to catch slips; only a mail that arrives proves an address."""


class Email(fields.String):
    """An address, in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"format": "email", "maxLength": 254, "example": "ada@example.com"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if len(text) > 254 or EMAIL_FORM.fullmatch(text) is None:
            raise ValidationError("Not an e-mail address.")
        return text.lower()


class Password(fields.String):
    """A password, exactly as typed; never shown."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"format": "password", "example": "correct horse battery staple"}
        super().__init__(load_only=True, validate=validate.Length(1, 200), metadata=described, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
            raise ValidationError("Not valid text.")
        return text
