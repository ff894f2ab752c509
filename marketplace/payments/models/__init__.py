from marketplace.payments.models.accounts import (
    BankPayout,
    BankPayoutState,
    PayoutAccount,
)
from marketplace.payments.models.events import (
    EventState,
    ProviderEvent,
)
from marketplace.payments.models.freezes import (
    Freeze,
    FreezeWhy,
    PayoutSchedule,
    Release,
    ReleaseState,
)
from marketplace.payments.models.operations import (
    Operation,
    OperationKind,
    OperationState,
    Rail,
)
from marketplace.payments.models.payments import (
    Payment,
    PaymentState,
)
from marketplace.payments.models.ways import (
    LIVING_WAYS,
    Method,
    Terms,
    TermsLimit,
    WayState,
    WayToPay,
)

__all__ = [
    "LIVING_WAYS",
    "BankPayout",
    "BankPayoutState",
    "EventState",
    "Freeze",
    "FreezeWhy",
    "Method",
    "Operation",
    "OperationKind",
    "OperationState",
    "Payment",
    "PaymentState",
    "PayoutAccount",
    "PayoutSchedule",
    "ProviderEvent",
    "Rail",
    "Release",
    "ReleaseState",
    "Terms",
    "TermsLimit",
    "WayState",
    "WayToPay",
]
