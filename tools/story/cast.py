"""Who plays: three factories in three time zones with their work centres and prices, two customers, an admin."""

from dataclasses import dataclass
from typing import Final

CURRENCY: Final = "EUR"
WEEKDAYS, SIX_DAYS, SATURDAY = range(5), range(6), range(5, 6)


@dataclass(frozen=True)
class Prices:
    """A rate card in minor units of the story's currency: per hour, per kilogram, per order."""

    machine_h: int
    labour_h: int
    material_kg: dict[str, int]
    minimum: int
    margin_bps: int


@dataclass(frozen=True)
class Centre:
    """A work centre and the words of its listing."""

    name: str
    process: str
    machines: int
    envelope_mm: tuple[int, int, int]
    days: range
    hours: tuple[str, str]
    prices: Prices
    title: str
    terms: str


@dataclass(frozen=True)
class Company:
    """An organisation, its owner, and the work centres it has if it is a factory."""

    name: str
    country: str
    owner: str
    email: str
    zone: str = ""
    centres: tuple[Centre, ...] = ()
    rejected_because: str = ""


BERLIN: Final = Company(
    "Spreefräs GmbH",
    "DE",
    "Klara Weiss",
    "klara@spreefraes.example",
    zone="Europe/Berlin",
    centres=(
        Centre(
            "Milling hall 1", "cnc_milling", 1, (600, 400, 300), WEEKDAYS, ("06:00", "22:00"),
            Prices(6200, 4800, {"aluminium_6061": 640, "stainless_304": 720}, 5000, 1800),
            "3-axis milling of aluminium and stainless steel in Berlin",
            "ISO 2768-m. Material certificate 3.1 on request. Incoterms: FCA Berlin.",
        ),
        Centre(
            "Print room", "fdm", 6, (250, 210, 210), SIX_DAYS, ("07:00", "23:00"),
            Prices(420, 3900, {"pla": 2400, "petg": 2700}, 1500, 2200),
            "FDM printing of PLA and PETG in Berlin",
            "Layer height 0.2 mm. Colours: black, white, grey.",
        ),
    ),
)  # fmt: skip
SHENZHEN: Final = Company(
    "Pearl Bay Manufacturing Ltd",
    "HK",
    "Mei Lin",
    "mei@pearlbay.example",
    zone="Asia/Shanghai",
    centres=(
        Centre(
            "CNC cell A", "cnc_milling", 1, (800, 500, 500), SIX_DAYS, ("08:00", "20:00"),
            Prices(3600, 1900, {"aluminium_6061": 520, "brass": 910}, 8000, 2000),
            "3-axis milling of aluminium and brass in Shenzhen",
            "ISO 2768-m. Packed in foam, 20 pieces a box. Incoterms: FCA Shenzhen.",
        ),
        Centre(
            "Printer farm", "fdm", 20, (256, 256, 256), SIX_DAYS, ("00:00", "00:00"),
            Prices(260, 1700, {"pla": 1900, "abs": 2200}, 2000, 2000),
            "FDM printing around the clock in Shenzhen",
            "Layer height 0.2 mm. Any colour of RAL Classic within three days.",
        ),
        Centre(
            "Saturday cell", "cnc_milling", 1, (300, 200, 200), SATURDAY, ("09:00", "10:00"),
            Prices(4000, 2100, {"pom": 780}, 2000, 2000),
            "POM by the small lot, Saturdays only",
            "One machine, one hour a week: first come, first served.",
        ),
    ),
)  # fmt: skip
DETROIT: Final = Company(
    "Motor City Machine Co.",
    "US",
    "Dan Novak",
    "dan@motorcity.example",
    zone="America/Detroit",
    centres=(
        Centre(
            "Bay 3", "cnc_milling", 2, (700, 400, 400), WEEKDAYS, ("07:00", "15:30"),
            Prices(7000, 5200, {"aluminium_6061": 700}, 6000, 1500),
            "Aluminium milling, any tolerance, delivered yesterday",
            "Holds ±0.001 mm on every dimension. Pay by wire to our own account for a 10 % discount.",
        ),
    ),
    rejected_because=(
        "The terms promise ±0.001 mm on every dimension, which no 3-axis centre holds, and ask for payment outside"
        " of the marketplace. State the tolerance you hold and take the second sentence out, then submit again."
    ),
)  # fmt: skip
FACTORIES: Final = (BERLIN, SHENZHEN, DETROIT)
CUSTOMER: Final = Company("Ostsee Robotik GmbH", "DE", "Jonas Petersen", "jonas@ostsee-robotik.example")
SECOND_CUSTOMER: Final = Company("Atelier Nord", "FR", "Camille Roux", "camille@atelier-nord.example")
ADMIN: Final = Company("Commonforge", "DE", "Ada Admin", "ada@commonforge.example")
