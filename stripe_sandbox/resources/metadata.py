"""Metadata: the caller's own names and values, stored with an object."""

from typing import Any

from stripe_sandbox.errors import InvalidRequest

MOST_NAMES = 50
LONGEST_NAME = 40
LONGEST_VALUE = 500


def given_in(params: dict[str, Any]) -> dict[str, str]:
    """The metadata of a new object; a name with an empty value is left out.

    Raises InvalidRequest beyond Stripe's limits (https://docs.stripe.com/api/metadata).
    """
    return _within_limits({name: value for name, value in (params.get("metadata") or {}).items() if value != ""})


def changed_by(params: dict[str, Any], known: dict[str, str] | None) -> dict[str, str]:
    """The metadata after a change: new names join, an empty value takes its name out, an empty whole takes all out.

    Raises InvalidRequest beyond Stripe's limits.
    """
    given = params["metadata"]
    if given == "":
        return {}
    merged = {**(known or {}), **given}
    return _within_limits({name: value for name, value in merged.items() if value != ""})


def _within_limits(metadata: dict[str, str]) -> dict[str, str]:
    if len(metadata) > MOST_NAMES:
        raise InvalidRequest(f"Metadata can have up to {MOST_NAMES} keys.", param="metadata")
    for name, value in metadata.items():
        if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
            message = f"Metadata names have up to {LONGEST_NAME} characters and values up to {LONGEST_VALUE}."
            raise InvalidRequest(message, param=f"metadata[{name[:LONGEST_NAME]}]")
    return metadata
