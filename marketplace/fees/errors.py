from marketplace.kernel.errors import Conflict, NotFound, Rejected


class FeeDayUnfit(Rejected):
    """A first day of a fee that has passed: what was agreed then stays."""

    code = "fee_day_unfit"


class FeeRateUnfit(Rejected):
    """The usual fee is a rate; only an organisation goes back to it."""

    code = "fee_rate_unfit"


class FeePayerNoFactory(Conflict):
    """The fee is asked of factories' prices, and this organisation is no factory."""

    code = "fee_payer_no_factory"


class FeePayerUnknown(NotFound):
    """No organisation of that id."""

    code = "fee_payer_unknown"
