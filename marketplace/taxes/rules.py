"""How a supply is taxed: who sells it, who buys it, where it goes, by the rates of a day. Pure.

============================================  ===============  =======================================================
where it goes, and to whom                    treatment        rate
============================================  ===============  =======================================================
the seller is not registered at home          not_registered   none
within the seller's country                   domestic         the seller's standard rate
within the EU, goods, a buyer with a number   intra_community  none: the buyer accounts for it
within the EU, a service, the same            reverse_charge   none: the buyer accounts for it
within the EU, a buyer without a number       destination      the standard rate of where it goes (one-stop shop)
beyond the seller's tax area, goods           export           none; what the import costs is not included
beyond the seller's tax area, a service       outside_scope    none
============================================  ===============  =======================================================

Goods that the buyer fetches are handed over in the seller's country and taxed there: nothing proves to us that they
leave it. A service goes to where its buyer is. A buyer's number counts if it is of a member state other than the
seller's.

Sources: Directive 2006/112/EC, Articles 31, 32 and 138 (goods between member states), 33 and 369a (distance sales to
consumers and their one-stop shop), 44, 58 and 196 (services), 146 (exports).
"""

from collections.abc import Mapping
from typing import Final

from marketplace.kernel.money import per_cent
from marketplace.taxes.values import Decision, Party, Rate, Supply, TaxNumber, Treatment, area

EU: Final = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
"""Member states, whose VAT is one system (Directive 2006/112/EC, Article 5)."""

UNTAXED: Final = Decision(Treatment.NOT_REGISTERED, 0, None, "The seller is not registered for tax and charges none.")
DIRECTIVE: Final = "Directive 2006/112/EC"


def decide(
    supply: Supply, *, seller: Party, buyer: Party | None, goes_to: str | None, rates: Mapping[str, Rate]
) -> Decision:
    """How the supply is taxed, by the table above.

    `goes_to` is the country of delivery; None: it is handed over where the seller is. A buyer of whom nothing is known
    has no number.
    """
    number = seller.at_home
    if number is None or seller.country not in rates:
        return UNTAXED
    home, there = seller.country, seller.country if goes_to is None else area(goes_to)
    if there == home:
        return _taxed(Treatment.DOMESTIC, rates[home], supply, number, f"Supplied within {home}")
    if home in EU and there in EU:
        return _within_the_eu(supply, number, buyer, there, rates[there])
    return _beyond(supply, number, there)


def _taxed(treatment: Treatment, rate: Rate, supply: Supply, number: TaxNumber, where: str) -> Decision:
    bps = rate.bps(supply)
    reason = f"{where}: {rate.name} at the standard rate of {rate.country}, {per_cent(bps)}."
    return Decision(treatment, bps, rate.country, reason, seller_number=number.number)


def _within_the_eu(supply: Supply, number: TaxNumber, buyer: Party | None, there: str, rate: Rate) -> Decision:
    theirs = _of_a_business(buyer, there, home=number.country)
    if theirs is None:
        where = f"From {number.country} to {there}, to a customer who has shown no VAT number of another member state"
        return _taxed(Treatment.DESTINATION, rate, supply, number, where)
    if supply is Supply.GOODS:
        treatment = Treatment.INTRA_COMMUNITY
        note = f"Intra-Community supply, exempt from VAT (Article 138 of {DIRECTIVE}); the customer accounts for it."
    else:
        treatment = Treatment.REVERSE_CHARGE
        note = f"Reverse charge: the customer accounts for VAT (Articles 44 and 196 of {DIRECTIVE})."
    reason = f"From {number.country} to a business in {there}. {theirs.checked}"
    return Decision(treatment, 0, None, reason, note, seller_number=number.number, buyer_number=theirs.number)


def _of_a_business(buyer: Party | None, there: str, *, home: str) -> TaxNumber | None:
    """The buyer's number of another member state than the seller's: that of where it goes before any other."""
    if buyer is None:
        return None
    found = [buyer.numbers[each] for each in sorted(buyer.numbers) if each in EU and each != home]
    return min(found, key=lambda each: each.country != there, default=None)


def _beyond(supply: Supply, number: TaxNumber, there: str) -> Decision:
    home = number.country
    article = f" (Article 146 of {DIRECTIVE})" if home in EU else ""
    if supply is Supply.GOODS:
        reason = f"Exported from {home} to {there}: no tax of {home}. Duty and tax of the import are not included."
        return Decision(
            Treatment.EXPORT, 0, None, reason, f"Export, exempt from tax{article}.", seller_number=number.number
        )
    reason = f"A service to a business in {there}: outside the scope of the tax of {home}."
    note = f"Not taxable in {home}; the customer accounts for any tax on it."
    return Decision(Treatment.OUTSIDE_SCOPE, 0, None, reason, note, seller_number=number.number)
