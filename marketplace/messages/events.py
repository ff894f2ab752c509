"""The closed list of acts that a conversation shows between its messages, with the facts of each that both may read.

Who records an act (audit) on a job, an order, an invitation, a bid or a question for both sides to see adds a line.
"""

from collections.abc import Mapping
from typing import Final

EVENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "order.placed": (),
    "order.paid": (),
    "order.cancelled": ("reason",),
    "job.accepted": (),
    "job.declined": ("reason",),
    "job.progress": ("pieces_done",),
    "job.operation_started": ("operation", "name"),
    "job.operation_finished": ("operation", "name"),
    "job.shipped": ("carrier", "pieces"),
    "job.goods_accepted": (),
    "job.cancelled": ("side", "reason"),
    "job.reoffered": (),
    "job.change_proposed": ("number", "total_minor", "ships_on"),
    "job.change_agreed": ("number",),
    "job.change_refused": ("number",),
    "job.change_withdrawn": ("number",),
    "job.changed": ("number", "total_minor"),
    "job.question_asked": ("question_id", "text"),
    "job.question_answered": ("question_id", "text"),
    "job.question_withdrawn": ("question_id",),
    "job.clock_stopped": ("answer_by", "ships_on"),
    "job.clock_restarted": ("stood_s", "answer_by", "ships_on"),
    "rfq.asked": ("closes_at",),
    "rfq.extended": ("closes_at",),
    "rfq.agreed": (),
    "rfq.declined": ("reason",),
    "rfq.uninvited": (),
    "rfq.file_requested": ("reach",),
    "rfq.file_opened": ("reach",),
    "rfq.file_closed": (),
    "rfq.question_asked": (),
    "rfq.question_answered": (),
    "rfq.question_withdrawn": (),
    "rfq.decided": (),
    "rfq.withdrawn": ("reason",),
    "bid.made": ("number", "total_minor"),
    "bid.withdrawn": (),
}
