"""The closed list of what people are told, and the words for it. Who adds an act that concerns others adds a line."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class NoticeKind(StrEnum):
    """What has happened, as a fact."""

    JOB_OFFERED = "job_offered"
    JOB_ACCEPTED = "job_accepted"
    JOB_DECLINED = "job_declined"
    JOB_PROGRESS = "job_progress"
    JOB_SHIPPED = "job_shipped"
    JOB_CANCELLED = "job_cancelled"
    JOB_CHANGE_PROPOSED = "job_change_proposed"
    JOB_CHANGE_AGREED = "job_change_agreed"
    JOB_CHANGE_REFUSED = "job_change_refused"
    JOB_CHANGE_WITHDRAWN = "job_change_withdrawn"
    GOODS_ACCEPTED = "goods_accepted"
    ORDER_CANCELLED = "order_cancelled"
    LISTING_APPROVED = "listing_approved"
    LISTING_REJECTED = "listing_rejected"
    LISTING_SUSPENDED = "listing_suspended"
    SLOT_APPEARED = "slot_appeared"
    CAPACITY_LISTED = "capacity_listed"
    RFQ_INVITED = "rfq_invited"
    RFQ_QUESTION_ASKED = "rfq_question_asked"
    RFQ_QUESTION_ANSWERED = "rfq_question_answered"
    RFQ_DECIDED = "rfq_decided"
    BID_RECEIVED = "bid_received"
    BID_ACCEPTED = "bid_accepted"
    ATTACHMENT_ADDED = "attachment_added"
    MESSAGE_RECEIVED = "message_received"
    JOB_QUESTION_ASKED = "job_question_asked"
    JOB_QUESTION_ANSWERED = "job_question_answered"
    JOB_QUESTION_WITHDRAWN = "job_question_withdrawn"
    FIRST_ARTICLE_HANDED_OVER = "first_article_handed_over"
    FIRST_ARTICLE_RELEASED = "first_article_released"
    FIRST_ARTICLE_REJECTED = "first_article_rejected"
    FIRST_ARTICLE_WITHDRAWN = "first_article_withdrawn"
    FIRST_ARTICLE_OVERDUE = "first_article_overdue"
    SUBCONTRACT_PROPOSED = "subcontract_proposed"
    SUBCONTRACT_AGREED = "subcontract_agreed"
    SUBCONTRACT_REFUSED = "subcontract_refused"
    SUBCONTRACT_WITHDRAWN = "subcontract_withdrawn"
    SUBCONTRACT_DECLINED = "subcontract_declined"
    SUBCONTRACT_GIVEN = "subcontract_given"
    SUBCONTRACT_ENDED = "subcontract_ended"
    CLAIM_RAISED = "claim_raised"
    CLAIM_OFFER_MADE = "claim_offer_made"
    CLAIM_REJECTED = "claim_rejected"
    CLAIM_DECISION_ASKED = "claim_decision_asked"
    CLAIM_SETTLED = "claim_settled"
    CLAIM_CLOSED = "claim_closed"
    REMEASUREMENT_ASKED = "remeasurement_asked"
    REMEASUREMENT_NAMED = "remeasurement_named"
    REMEASUREMENT_REPORTED = "remeasurement_reported"
    JOB_REVIEWED = "job_reviewed"
    REVIEW_HIDDEN = "review_hidden"
    REFUND_BY_STAFF = "refund_by_staff"
    MONEY_FROZEN = "money_frozen"
    MONEY_THAWED = "money_thawed"
    PAYOUT_SCHEDULE_SET = "payout_schedule_set"
    PAYOUT_DESTINATION_CHANGED = "payout_destination_changed"
    PAYOUT_DESTINATION_CALLED_OFF = "payout_destination_called_off"
    PAYOUT_RETURNED = "payout_returned"
    PAYOUT_DELAYED = "payout_delayed"
    BANK_PAYOUT_FAILED = "bank_payout_failed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_ANSWERED = "dispute_answered"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    FEE_DECIDED = "fee_decided"
    TAX_NUMBER_SEEN = "tax_number_seen"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_PARTLY_RECEIVED = "payment_partly_received"
    PAYMENT_SENT_BACK = "payment_sent_back"
    BUSINESS_VERIFIED = "business_verified"
    BUSINESS_NOT_VERIFIED = "business_not_verified"
    PAYMENT_TERMS_GRANTED = "payment_terms_granted"
    PAYMENT_TERMS_ENDED = "payment_terms_ended"
    REFUND_ADOPTED = "refund_adopted"


TITLES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.JOB_OFFERED: "A paid job is offered to you",
    NoticeKind.JOB_ACCEPTED: "The factory has accepted your job",
    NoticeKind.JOB_DECLINED: "Your job was declined",
    NoticeKind.JOB_PROGRESS: "The factory has reported on your job",
    NoticeKind.JOB_SHIPPED: "Your goods have left the factory",
    NoticeKind.JOB_CANCELLED: "The other side has given a job up",
    NoticeKind.JOB_CHANGE_PROPOSED: "The other side proposes other terms for a job",
    NoticeKind.JOB_CHANGE_AGREED: "The other side agrees to your terms for a job",
    NoticeKind.JOB_CHANGE_REFUSED: "The other side does not agree to your terms for a job",
    NoticeKind.JOB_CHANGE_WITHDRAWN: "The other side has taken back what it proposed for a job",
    NoticeKind.GOODS_ACCEPTED: "The customer has accepted the goods",
    NoticeKind.ORDER_CANCELLED: "An order was cancelled",
    NoticeKind.LISTING_APPROVED: "Your listing was examined and is public",
    NoticeKind.LISTING_REJECTED: "Your listing was examined and is not published",
    NoticeKind.LISTING_SUSPENDED: "Your listing is suspended",
    NoticeKind.SLOT_APPEARED: "A slot of spare capacity that you look for is offered",
    NoticeKind.CAPACITY_LISTED: "Capacity that you look for is listed",
    NoticeKind.RFQ_INVITED: "You are invited to bid",
    NoticeKind.RFQ_QUESTION_ASKED: "A factory asks about your request",
    NoticeKind.RFQ_QUESTION_ANSWERED: "Your question about a request was answered",
    NoticeKind.RFQ_DECIDED: "A request that you bid for is decided",
    NoticeKind.BID_RECEIVED: "A factory has bid for your request",
    NoticeKind.BID_ACCEPTED: "Your bid was accepted",
    NoticeKind.ATTACHMENT_ADDED: "A file was laid beside your order or request",
    NoticeKind.MESSAGE_RECEIVED: "Somebody has written to you",
    NoticeKind.JOB_QUESTION_ASKED: "A factory asks about your job; its clock stands until you answer",
    NoticeKind.JOB_QUESTION_ANSWERED: "Your question about a job was answered; its clock runs",
    NoticeKind.JOB_QUESTION_WITHDRAWN: "A factory needs no answer any more; the clock of your job runs",
    NoticeKind.FIRST_ARTICLE_HANDED_OVER: "A first article waits for you; the job and its clock stand until you answer",
    NoticeKind.FIRST_ARTICLE_RELEASED: "The customer has released a first article; the clock runs, make the rest",
    NoticeKind.FIRST_ARTICLE_REJECTED: "The customer has rejected a first article; make another",
    NoticeKind.FIRST_ARTICLE_WITHDRAWN: "The factory has taken a first article back; another follows",
    NoticeKind.FIRST_ARTICLE_OVERDUE: "A first article was not answered in time; its job stands until it is",
    NoticeKind.SUBCONTRACT_PROPOSED: "The factory wants an operation done elsewhere; nobody does it unless you agree",
    NoticeKind.SUBCONTRACT_AGREED: "The customer agrees that somebody else does an operation",
    NoticeKind.SUBCONTRACT_REFUSED: "The customer does not agree that somebody else does an operation",
    NoticeKind.SUBCONTRACT_WITHDRAWN: "The factory does an operation itself after all",
    NoticeKind.SUBCONTRACT_DECLINED: "Somebody who was to do an operation does not do it",
    NoticeKind.SUBCONTRACT_GIVEN: "An operation of another factory's job is given to you",
    NoticeKind.SUBCONTRACT_ENDED: "An operation that was given to you is not to be done any more",
    NoticeKind.CLAIM_RAISED: "The customer claims goods of yours; no answer in time counts as yes",
    NoticeKind.CLAIM_OFFER_MADE: "The factory offers something else for your claim; no answer in time counts as yes",
    NoticeKind.CLAIM_REJECTED: "The factory rejects your claim; have it decided in time, or it is dropped",
    NoticeKind.CLAIM_DECISION_ASKED: "The customer wants a claim decided",
    NoticeKind.CLAIM_SETTLED: "A claim is settled",
    NoticeKind.CLAIM_CLOSED: "A claim has ended without a remedy",
    NoticeKind.REMEASUREMENT_ASKED: "The other side wants claimed pieces measured by a third factory",
    NoticeKind.REMEASUREMENT_NAMED: "You are named to measure pieces as a neutral factory",
    NoticeKind.REMEASUREMENT_REPORTED: "Claimed pieces were measured by a third factory",
    NoticeKind.JOB_REVIEWED: "The other side has reviewed a job",
    NoticeKind.REVIEW_HIDDEN: "The staff has hidden a review",
    NoticeKind.REFUND_BY_STAFF: "The staff has given money back to the customer",
    NoticeKind.MONEY_FROZEN: "Money of yours is held back",
    NoticeKind.MONEY_THAWED: "Money of yours is held back no more",
    NoticeKind.PAYOUT_SCHEDULE_SET: "The staff has set when you are paid",
    NoticeKind.PAYOUT_DESTINATION_CHANGED: "Where your money goes was changed; call it off if you did not mean it",
    NoticeKind.PAYOUT_DESTINATION_CALLED_OFF: "A change of where your money goes was called off",
    NoticeKind.PAYOUT_RETURNED: "Your bank sent a payment of ours back: tell us where your money is to go",
    NoticeKind.PAYOUT_DELAYED: "Money of yours has not reached you in time; the staff looks into it",
    NoticeKind.BANK_PAYOUT_FAILED: "Your bank sent a payout back",
    NoticeKind.DISPUTE_OPENED: "A payment is disputed at the customer's bank; its money waits until that is decided",
    NoticeKind.DISPUTE_ANSWERED: "A disputed payment was answered for you; the customer's bank decides",
    NoticeKind.DISPUTE_WON: "The customer's bank has given a disputed payment back; its money goes on",
    NoticeKind.DISPUTE_LOST: "The customer's bank has taken a disputed payment; each bears it by its share",
    NoticeKind.FEE_DECIDED: "The platform's fee on your price changes",
    NoticeKind.TAX_NUMBER_SEEN: "The staff has seen your tax number in VIES",
    NoticeKind.PAYMENT_FAILED: "Your payment did not succeed; try again, this way or another",
    NoticeKind.PAYMENT_PARTLY_RECEIVED: "A part of your bank transfer has arrived",
    NoticeKind.PAYMENT_SENT_BACK: "You paid more than was due; the surplus goes back to you",
    NoticeKind.BUSINESS_VERIFIED: "Your business is verified",
    NoticeKind.BUSINESS_NOT_VERIFIED: "Your business counts as verified no more",
    NoticeKind.PAYMENT_TERMS_GRANTED: "You have net terms for paying by invoice",
    NoticeKind.PAYMENT_TERMS_ENDED: "Your net terms have ended",
    NoticeKind.REFUND_ADOPTED: "The marketplace has paid money of an order back to its customer",
}

TO_OWNERS_ALWAYS: Final = frozenset(
    {
        NoticeKind.PAYOUT_DESTINATION_CHANGED,
        NoticeKind.PAYOUT_DESTINATION_CALLED_OFF,
        NoticeKind.PAYOUT_RETURNED,
        NoticeKind.BANK_PAYOUT_FAILED,
    }
)
"""What owners are mailed whether they want mails or not: nobody who takes their place does it quietly."""


def title(kind: str) -> str:
    """The words for a kind; of one that this program does not know (yet, or any more), the kind itself."""
    return TITLES[NoticeKind(kind)] if kind in TITLES else kind.replace("_", " ")
