"""Currencies, amounts and the processing fee; integers in minor units throughout.

Sources: https://docs.stripe.com/currencies (zero- and three-decimal currencies, least charges).
"""

from stripe_sandbox.errors import InvalidRequest

ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
THREE_DECIMAL = "bhd jod kwd omr tnd"
TWO_DECIMAL = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop
    crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes
    kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd
    pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd
    tzs uah ugx usd uyu uzs wst xcd yer zar zmw
"""
DECIMALS = {
    **dict.fromkeys(ZERO_DECIMAL.split(), 0),
    **dict.fromkeys(TWO_DECIMAL.split(), 2),
    **dict.fromkeys(THREE_DECIMAL.split(), 3),
}
"""How many digits the minor unit of each currency stands for."""
LEAST_CHARGE = {
    "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500, "jpy": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 1000,
}  # fmt: skip
LEAST_CHARGE_ELSEWHERE = 50
LARGEST_CHARGE = 99_999_999


def currency_of(given: str) -> str:
    """A currency in Stripe's spelling. Raises InvalidRequest for one that Stripe does not know."""
    currency = given.lower()
    if currency not in DECIMALS:
        raise InvalidRequest(f"Invalid currency: {given}.", param="currency")
    return currency


def check_amount(amount: int, currency: str) -> None:
    """An amount is at least 1, and a multiple of ten in a three-decimal currency. Raises InvalidRequest."""
    if amount < 1:
        message = "This value must be greater than or equal to 1."
        raise InvalidRequest(message, code="parameter_invalid_integer", param="amount")
    if DECIMALS[currency] == 3 and amount % 10:
        message = f"Amounts in {currency} must be multiples of 10: its banks have no smaller coin."
        raise InvalidRequest(message, code="parameter_invalid_integer", param="amount")


def check_charge(amount: int, currency: str) -> None:
    """An amount that can be charged to a card. Raises InvalidRequest when it is too small or too large."""
    check_amount(amount, currency)
    least = LEAST_CHARGE.get(currency, LEAST_CHARGE_ELSEWHERE)
    if amount < least:
        raise InvalidRequest(f"Amount must be at least {least} {currency}", code="amount_too_small", param="amount")
    if amount > LARGEST_CHARGE:
        message = f"Amount must be no more than {LARGEST_CHARGE} {currency}"
        raise InvalidRequest(message, code="amount_too_large", param="amount")


def processing_fee(amount: int, currency: str) -> int:
    """2.9 % and 30 hundredths of the major unit, rounded half up to the minor unit.

    An assumption of the local Stripe (the published price for cards in the United States); Stripe's fee differs by
    country, card and contract, so nobody may rely on it: read it from the balance transaction.
    """
    thousandths: int = 29 * amount + 300 * 10 ** DECIMALS[currency]
    return (thousandths + 500) // 1000


def dispute_fee(currency: str) -> int:
    """15 of the major unit: an assumption (15 USD in the United States), which differs by country and contract."""
    return int(15 * 10 ** DECIMALS[currency])
