from typing import Final

from flask import Response

from blueprints.public.door import door
from marketplace.workflows.shop_floor import showing_calendars

calendars = door.room("calendars", "Calendars for calendar programs, each under a secret address.")

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
ICS: Final = {"text/calendar": {"schema": {"type": "string"}}}


@calendars.get("/<string:secret>.ics")
@calendars.doc(responses={"200": {"description": "OK", "content": ICS}})
def subscribe(secret: str) -> Response:
    """Read a work centre's calendar (iCalendar, RFC 5545): when it is open, and what it works on."""
    answer = Response(showing_calendars.by_secret(secret), content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
