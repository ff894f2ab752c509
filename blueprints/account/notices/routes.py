"""What your organisations were told, and how you want to be told."""

from uuid import UUID

from blueprints.account.door import door
from blueprints.account.notices.schemas import ChooseSettings, NoticePage, NoticeQuery, ShowNotice, ShowSettings
from blueprints.http.identity import actor
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction
from marketplace.notifications import queries, service
from marketplace.notifications.models import NoticeSettings
from marketplace.notifications.paging import NoticeRequest
from marketplace.notifications.queries import NoticeSeen

notices = door.room("notices", "What your organisations were told of what others did.")
settings = door.room("notice_settings", "How you want to be told.", path="/notice-settings")


@notices.get("")
@notices.arguments(NoticeQuery, location="query")
@notices.response(200, NoticePage)
def browse(wanted: NoticeRequest) -> Page[NoticeSeen]:
    """List what your organisations were told, newest first; `unread=true` is what you have not read."""
    return queries.page(actor(), wanted)


@notices.get("/<uuid:notice_id>")
@notices.response(200, ShowNotice)
def show(notice_id: UUID) -> NoticeSeen:
    """Show one notice."""
    return queries.for_person(actor(), notice_id)


@notices.post("/<uuid:notice_id>/read")
@notices.response(200, ShowNotice)
def read(notice_id: UUID) -> NoticeSeen:
    """Say that you have read a notice; a second time changes nothing."""
    with transaction():
        service.mark_read(actor(), notice_id)
        return queries.for_person(actor(), notice_id)


@notices.post("/<uuid:notice_id>/read-all")
@notices.response(200, ShowNotice)
def read_all(notice_id: UUID) -> NoticeSeen:
    """Say that you have read a notice and all before it, of all your organisations."""
    with transaction():
        service.mark_all_read(actor(), notice_id)
        return queries.for_person(actor(), notice_id)


@settings.get("")
@settings.response(200, ShowSettings)
def show_settings() -> NoticeSettings:
    """Show how you are told."""
    return queries.settings(actor())


@settings.put("")
@settings.arguments(ChooseSettings)
@settings.response(200, ShowSettings)
def choose(chosen: dict[str, bool]) -> NoticeSettings:
    """Choose whether notices are mailed to you, too."""
    with transaction():
        service.settle(actor(), wants_mail=chosen["wants_mail"])
        return queries.settings(actor())
