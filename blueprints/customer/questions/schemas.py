from blueprints.http.fields import Words
from blueprints.http.schemas import Accepts


class AnswerJobQuestion(Accepts):
    """What the factory must know to go on."""

    text = Words(most=4000, required=True, metadata={"example": "The engraved side."})
