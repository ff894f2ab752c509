"""Whether a tax number has the form and check digits of its country. No register is asked."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any, Final

from stdnum.au import abn
from stdnum.ca import bn
from stdnum.ch import vat as ch_vat
from stdnum.cn import uscc
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat
from stdnum.in_ import gstin
from stdnum.jp import cn as jp_cn
from stdnum.kr import brn
from stdnum.no import mva
from stdnum.nz import ird
from stdnum.sg import uen

from marketplace.taxes.errors import TaxCountryUnknown, TaxNumberUnfit
from marketplace.taxes.rules import EU
from marketplace.taxes.values import TaxNumber

PREFIXES: Final = MappingProxyType({**{country: country for country in EU}, "GR": "EL", "GB": "GB"})
"""Letters before the digits; Greece's are its own (Directive 2006/112/EC, Article 215)."""
ELSEWHERE: Final[Mapping[str, ModuleType]] = MappingProxyType(
    {
        "GB": gb_vat, "CH": ch_vat, "NO": mva, "CN": uscc, "JP": jp_cn, "KR": brn, "AU": abn, "NZ": ird, "SG": uen,
        "IN": gstin, "CA": bn,
    }
)  # fmt: skip
"""Beyond the EU: numbers of VAT and GST, or of the business where tax goes by that (CN, JP, KR, AU, NZ, SG, CA)."""
KNOWN: Final = EU | ELSEWHERE.keys()
LONGEST: Final = 30


def checked(country: str, written: str) -> TaxNumber:
    """The number in its plain form, with its country's letters where it has some.

    Raises TaxCountryUnknown, TaxNumberUnfit.
    """
    if country not in KNOWN:
        raise TaxCountryUnknown("This marketplace cannot check tax numbers of that country.", known=sorted(KNOWN))
    kind: Any = eu_vat if country in EU else ELSEWHERE[country]
    prefix = PREFIXES.get(country, "")
    plain = "".join(each for each in written.upper() if each.isascii() and each.isalnum())
    bare = plain.removeprefix(prefix)
    try:
        number: str = kind.validate(prefix + bare if country in EU else bare)
    except ValidationError as flaw:
        raise TaxNumberUnfit(
            f"This is no tax number of {country}: its form or its check digits are not right.", country=country
        ) from flaw
    return TaxNumber(country, prefix + number.removeprefix(prefix))
