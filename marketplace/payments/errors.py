from marketplace.kernel.errors import Conflict, NotFound, Rejected, Unavailable


class PaymentNotFound(NotFound):
    """There is no payment of such an order."""

    code = "payment_not_found"


class OperationNotFound(NotFound):
    """We owe the provider no such operation, and never did."""

    code = "operation_not_found"


class OperationNotFailed(Conflict):
    """Only what the provider refused for good is asked again by hand; the rest goes on by itself, or is done."""

    code = "operation_not_failed"


class CarriedOutAlready(Conflict):
    """The provider has done what it seemed to have refused."""

    code = "carried_out_already"


class EventNotFound(NotFound):
    """The payment provider has sent no event of this id."""

    code = "event_not_found"


class NotAwaitingPayment(Conflict):
    """The order is paid, cancelled, or its time to pay has passed."""

    code = "order_not_awaiting_payment"


class AmountNotPayable(Rejected):
    """No card can be charged with this amount: it is too small, too large, or not in the currency's steps."""

    code = "amount_not_payable"


class NotPaid(Conflict):
    """There is no money of this order to release or to give back."""

    code = "order_not_paid"


class RefundedAlready(Conflict):
    """The customer has, or is getting, this order's money back."""

    code = "money_refunded_already"


class MoreThanCaptured(Conflict):
    """Refunds and transfers together would exceed what the customer paid."""

    code = "more_than_captured"


class SignatureInvalid(Rejected):
    """The delivery is not from the provider, is too old, or is no event."""

    code = "signature_invalid"


class PayoutAccountMissing(NotFound):
    """The organisation has not opened an account at the payment provider."""

    code = "payout_account_missing"


class ProviderUnavailable(Unavailable):
    """The provider gave no answer that settles it: ask again with the same key."""

    code = "provider_unavailable"


class ProviderRefused(Rejected):
    """The provider has said no, for good; under this key it will say nothing else."""

    code = "provider_refused"


class BalanceInsufficient(ProviderRefused):
    """Our balance at the provider does not cover it yet; later it may, under a new key."""

    code = "provider_balance_insufficient"


class PaymentDisputed(ProviderRefused):
    """The customer's bank disputes the payment, or took it: the provider refunds nothing of it."""

    code = "provider_payment_disputed"


class MethodNotForCurrency(Rejected):
    """The currency of the order cannot be paid by this method."""

    code = "method_not_for_currency"


class TransferTooSlow(Conflict):
    """Work begins before a bank transfer could have arrived."""

    code = "transfer_too_slow"


class PaymentUnderWay(Conflict):
    """Money is on its way, or a part of it has arrived: the way to pay cannot be changed now."""

    code = "payment_under_way"


class WayNotFound(NotFound):
    """Nobody has chosen such a way to pay."""

    code = "way_to_pay_not_found"


class TermsNotFound(NotFound):
    """The organisation has no net terms that could be ended."""

    code = "payment_terms_not_found"


class BusinessNotVerified(Conflict):
    """Net terms are for businesses that were found in a register."""

    code = "business_not_verified"


class OtherWayChosen(Conflict):
    """The customer has chosen another way to pay than by card, and it is open."""

    code = "other_way_chosen"
