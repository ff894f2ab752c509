from marketplace.kernel.errors import Conflict, NotFound, Rejected, Unavailable


class BankDetailsUnfit(Rejected):
    """No bank account can have this number, bank code or holder."""

    code = "bank_details_unfit"


class BankDetailsUnreadable(Unavailable):
    """Bank details were written under another secret key than this marketplace has now."""

    code = "bank_details_unreadable"


class DestinationNotFound(NotFound):
    """The organisation has set no such destination."""

    code = "destination_not_found"


class DestinationSettled(Conflict):
    """The destination counts, or was called off before; setting another one is the way on."""

    code = "destination_settled"


class BatchNotFound(NotFound):
    """There is no such batch of payments."""

    code = "payout_batch_not_found"


class BankPaymentNotFound(NotFound):
    """There is no such payment by bank."""

    code = "bank_payment_not_found"


class NothingToPay(Conflict):
    """No seller waits for money of this currency by bank."""

    code = "nothing_to_pay"


class ApprovedAlready(Conflict):
    """This person has said yes to the batch; the second yes is another person's."""

    code = "approved_already"


class BankReferenceTaken(Conflict):
    """Another payment has this reference of our bank: one of them was not made."""

    code = "bank_reference_taken"


class PayDayOver(Rejected):
    """A bank pays nothing on a day that is over; a day from today on is needed."""

    code = "pay_day_over"


class OwnAccountUnknown(Conflict):
    """The settings do not say from which account our bank is to pay, without which no bank takes the message."""

    code = "own_account_unknown"


class FreezeNotFound(NotFound):
    """The staff holds nothing back under this id, or no more."""

    code = "freeze_not_found"


class NobodyToFreeze(Rejected):
    """There is no such order or organisation, or both were named."""

    code = "nobody_to_freeze"
