"""A market to measure: 1,000 live listings and some customers with a measured part, written straight into the tables.

Every listing mills aluminium 6061. Each of the RARE materials is milled by 20 of them, and one listing prints PLA: so
that a quote can be asked of all, of a few, or of one. Work centres are open day and night, so that minutes never end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from marketplace.accounts import secrets
from marketplace.capacity.openings import HORIZON_DAYS
from marketplace.geometry.values import FileKind, Hole, Measurement, Units
from marketplace.kernel.ids import new_id

LISTINGS: Final = 1_000
COMMON: Final = "aluminium_6061"
RARE: Final = ("aluminium_7075", "mild_steel", "stainless_304", "brass", "pom")
MILLS_OF_EACH: Final = 20
CUSTOMERS: Final = 32
MACHINES: Final = 1_000
QUANTITY: Final = 5
UNUSABLE: Final = "-"
APPROVED: Final = "Machines and envelope agree with what was sent."

BRACKET: Final = Measurement(
    kind=FileKind.STEP,
    declared_units=Units.MM,
    volume_mm3=70_000.0,
    area_mm2=19_000.0,
    box_mm=(80.0, 50.0, 50.0),
    is_closed=True,
    bodies=1,
    triangles=None,
    faces=13,
    holes=tuple(Hole(6.6, 10.0, True, (0.0, 0.0, 1.0), (float(x), 35.0, 5.0)) for x in (15, 30, 50, 65)),
    engine="bench",
)

PREPARE: Final = Path(__file__).with_name("prepare.sql").read_text()
MANY: Final = Path(__file__).with_name("many.sql").read_text()
OPEN: Final = """
    insert into capacity_days (work_centre_id, day, open_min, held_min)
    select id, current_date + ahead, %(minutes)s, 0 from work_centres, generate_series(0, %(days)s + 1) ahead
    order by id, ahead
"""

Row = dict[str, Any]


class Tables(dict[str, list[Row]]):
    """Rows to be written, in the order in which their tables were first named."""

    def add(self, table: str, **row: Any) -> UUID | None:
        """One more row; the id it has, if it has one."""
        self.setdefault(table, []).append(row)
        return row.get("id")

    def write(self, connection: psycopg.Connection) -> None:
        """Copy every table in: a few seconds for a hundred thousand rows."""
        for table, rows in self.items():
            columns = list(rows[0])
            into = sql.SQL("copy {} ({}) from stdin").format(
                sql.Identifier(table), sql.SQL(",").join(map(sql.Identifier, columns))
            )
            with connection.cursor().copy(into) as copy:
                for row in rows:
                    copy.write_row([row[column] for column in columns])


@dataclass(frozen=True)
class Customer:
    """A customer's token, and the part that they have made."""

    token: str
    revision_id: UUID

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def wants(self, material: str) -> Row:
        """The body of a request for a quote."""
        return {
            "revision_id": str(self.revision_id),
            "process": "fdm" if material == "pla" else "cnc_milling",
            "material": material,
            "quantity": QUANTITY,
            "currency": "EUR",
        }


def build(
    address: str, *, listings: int = LISTINGS, days: int = HORIZON_DAYS, customers: int = CUSTOMERS
) -> Sequence[Customer]:
    """Write the market into the empty, migrated database at this address; its customers.

    So many mills are listed, the minutes of so many days are open, and so many customers have a part.
    """
    tables, now = Tables(), datetime.now(UTC)
    owner = _user(tables, "factories", now)
    mills = [_materials(number) for number in range(listings)]
    for number, materials in enumerate(mills):
        _factory(tables, number, materials, "cnc_milling", owner, now)
    _factory(tables, listings, ["pla"], "fdm", owner, now)
    made = [_customer(tables, number, now) for number in range(customers)]
    with psycopg.connect(address) as connection:
        tables.write(connection)
        connection.execute(OPEN, {"days": days, "minutes": MACHINES * 24 * 60})
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    return made


def grow(address: str, count: int) -> None:
    """List so many more mills, all like one that is there, in a market that may be in use."""
    with psycopg.connect(address) as connection:
        connection.execute(MANY.replace(":count", str(int(count))).encode())
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("vacuum analyze")


@dataclass(frozen=True)
class Ready:
    """A quote that waits to be ordered from, and whose it is."""

    revision_id: UUID
    quote_id: UUID
    offer_id: UUID

    @property
    def choice(self) -> Row:
        """The body of an order of it."""
        return {"lines": [{"quote_id": str(self.quote_id), "offer_id": str(self.offer_id)}]}


def ready_quotes(connection: psycopg.Connection, table: str, *, process: str, count: int) -> Sequence[Ready]:
    """Quotes of one offer each, spread over all customers and over all listings of a process."""
    words = {":table": sql.Identifier(table), ":process": sql.Literal(process), ":count": sql.Literal(count)}
    text = PREPARE
    for word, value in words.items():
        text = text.replace(word, value.as_string(connection))
    connection.execute(text.encode())
    asked = sql.SQL("select revision_id, quote_id, offer_id from {} order by n").format(sql.Identifier(table))
    return [Ready(*row) for row in connection.execute(asked)]


def _materials(number: int) -> list[str]:
    """What the mill of this number works: the rare materials are spread over the first hundred."""
    return [COMMON, RARE[number % len(RARE)]] if number < MILLS_OF_EACH * len(RARE) else [COMMON]


def _user(tables: Tables, name: str, now: datetime) -> UUID:
    email = f"{name}@example.test"
    user_id = new_id()
    tables.add("users", id=user_id, email=email, name=name, password_hash=UNUSABLE, is_staff=False, created_at=now)
    return user_id


def _organisation(tables: Tables, name: str, hat: str, now: datetime) -> UUID:
    made = new_id()
    tables.add("organisations", id=made, name=name, kind="company", country="DE", hats=[hat], version=1, created_at=now)
    return made


def _factory(tables: Tables, number: int, materials: list[str], process: str, owner: UUID, now: datetime) -> None:
    """A factory with one work centre, its hours, its rates, and a live listing."""
    factory, centre = _organisation(tables, f"Factory {number}", "factory", now), new_id()
    tables.add(
        "work_centres",
        id=centre,
        organisation_id=factory,
        name="Hall 1",
        process=process,
        machines=MACHINES,
        envelope_mm=[200, 300, 400],
        materials=materials,
        time_zone="Europe/Berlin",
        handling_days=1 + number % 3,
        version=1,
        created_at=now,
    )
    for weekday in range(7):
        tables.add("shifts", work_centre_id=centre, weekday=weekday, starts=time(0), ends=time(0))
    _rates(tables, number, centre, materials, owner, now)
    _listing(tables, number, factory, centre, process, owner, now)


def _rates(tables: Tables, number: int, centre: UUID, materials: list[str], owner: UUID, now: datetime) -> None:
    """Prices that differ from factory to factory, the same at every run."""
    tables.add(
        "rate_cards",
        id=new_id(),
        work_centre_id=centre,
        number=1,
        currency="EUR",
        machine_rate_minor_per_h=4_000 + number * 7919 % 6_000,
        labour_rate_minor_per_h=3_000 + number * 104_729 % 3_000,
        material_minor_per_kg=Jsonb(dict.fromkeys(materials, 500 + number * 31 % 400)),
        minimum_order_minor=2_000 + number * 13 % 2_000,
        margin_bps=500 + number * 17 % 2_000,
        effective_at=now,
        set_by=owner,
        created_at=now,
    )


def _listing(
    tables: Tables, number: int, factory: UUID, centre: UUID, process: str, owner: UUID, now: datetime
) -> None:
    """A listing that was examined and approved (D1)."""
    listing, case = new_id(), new_id()
    tables.add(
        "listings",
        id=listing,
        organisation_id=factory,
        work_centre_id=centre,
        process=process,
        title=f"Capacity {number}",
        terms="",
        state="live",
        version=1,
        created_at=now,
    )
    tables.add(
        "cases",
        id=case,
        kind="submission",
        subject_kind="listings",
        subject_id=listing,
        organisation_id=factory,
        opened_by=owner,
        grounds="",
        state="decided",
        created_at=now,
    )
    tables.add(
        "decisions",
        id=new_id(),
        case_id=case,
        outcome="approve",
        decided_by=owner,
        reason=APPROVED,
        statement=f"{APPROVED} You may appeal.",
        appeal_until=now + timedelta(days=180),
        created_at=now,
    )


def _customer(tables: Tables, number: int, now: datetime) -> Customer:
    """Somebody with a token and a part that was measured and whose units are confirmed."""
    user, organisation = (
        _user(tables, f"customer-{number}", now),
        _organisation(tables, f"Customer {number}", "customer", now),
    )
    tables.add("members", organisation_id=organisation, user_id=user, role="owner", joined_at=now)
    token = secrets.fresh_token()
    tables.add(
        "api_tokens",
        id=new_id(),
        organisation_id=organisation,
        user_id=user,
        name="bench",
        prefix=token[: secrets.SHOWN_AGAIN],
        secret_hash=secrets.digest(token),
        scopes=["customer"],
        expires_at=now + timedelta(days=1),
        revoked_at=None,
        created_at=now,
    )
    return Customer(token, _revision(tables, organisation, user, number, now))


def _revision(tables: Tables, organisation: UUID, user: UUID, number: int, now: datetime) -> UUID:
    sha256, part, revision = f"{number:064x}", new_id(), new_id()
    tables.add("files", sha256=sha256, size_bytes=20_000, kind="step", stored_at=now)
    tables.add("parts", id=part, organisation_id=organisation, name="Bracket", created_by=user, created_at=now)
    tables.add(
        "revisions",
        id=revision,
        part_id=part,
        number=1,
        sha256=sha256,
        file_name="bracket.step",
        state="measured",
        units="mm",
        measurement=Jsonb(BRACKET.as_json()),
        refusal=None,
        created_at=now,
    )
    return revision
