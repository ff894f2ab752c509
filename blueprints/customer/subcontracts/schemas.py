from blueprints.http.fields import Flag, Words
from blueprints.http.schemas import Accepts


class AgreeToSubcontract(Accepts):
    """Whether that organisation may see the file of your part."""

    shares_file = Flag(
        required=True,
        metadata={
            "description": "A factory here may load it until it is done; to a company outside yours may hand it on.",
            "example": True,
        },
    )


class RefuseSubcontract(Accepts):
    """Why nobody else is to do it; the factory reads it."""

    reason = Words(least=10, most=2000, required=True, metadata={"example": "Our customer allows no third party."})
