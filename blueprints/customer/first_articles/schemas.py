from blueprints.http.fields import Words
from blueprints.http.schemas import Accepts


class ReleaseFirstArticle(Accepts):
    """That the rest may be made, and with what remark."""

    remark = Words(least=0, most=2000, load_default="", metadata={"example": "Please break the edge of the slot."})


class RejectFirstArticle(Accepts):
    """Why the rest may not be made yet; the factory reads it."""

    reason = Words(least=10, most=2000, required=True, metadata={"example": "The bore is on the wrong side."})
