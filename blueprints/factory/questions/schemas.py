from blueprints.http.fields import Words
from blueprints.http.schemas import Accepts


class AskOnJob(Accepts):
    """What you must know to go on."""

    text = Words(most=2000, required=True, metadata={"example": "Which side is engraved?"})
