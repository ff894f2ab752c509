"""`python -m tools.bench [--quick]`: start the whole marketplace, measure it, and print a table beside the limits."""

import argparse
import sys
import time
from typing import Final

import psycopg

from tools.bench import figures, report
from tools.bench.figures import Bench, Size
from tools.bench.prepared import address_of, where
from tools.bench.report import Figure
from tools.bench.world import build, ready_quotes
from tools.stack import Running, StackOptions, stack

FULL: Final = Size(flow_s=20, place_s=10, offers_s=10, limit_s=8, runs=7, ready=8_000)
QUICK: Final = Size(flow_s=2, place_s=1.5, offers_s=1, limit_s=1, runs=3, ready=2_000)


def main() -> int:
    """Measure and tell; 1 if a promised figure is missed and the measures are the long ones."""
    asked = _command_line().parse_args()
    options = StackOptions("bench", fresh=True, extra={"UNPAID_ORDERS": "1000000"})
    began = time.perf_counter()
    with stack(options) as running:
        bench = _prepared(running, options, QUICK if asked.quick else FULL)
        print(f"Market written ({time.perf_counter() - began:.0f} s since the start). Each figure as it is measured:\n")
        print(report.head(), flush=True)
        found = [_told(figure) for figure in figures.measured(bench)]
        running.must_run()
        print(f"\n{_last_line(running.flask('check'))}")
    missed = [figure.what for figure in found if figure.is_met is False]
    print(f"{time.perf_counter() - began:.0f} s; {len(missed)} of the promised figures missed.")
    return 1 if missed and not asked.quick else 0


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description="How fast it is here, beside limits.")
    parser.add_argument("--quick", action="store_true", help="under a minute; says that it works, not how fast it is")
    return parser


def _prepared(running: Running, options: StackOptions, size: Size) -> Bench:
    address = address_of(running)
    customers = build(address)
    with psycopg.connect(address) as connection:
        spread = ready_quotes(connection, "bench_spread", process="cnc_milling", count=size.ready)
        hot = ready_quotes(connection, "bench_hot", process="fdm", count=size.ready)
    return Bench(running, options, size, where(running), customers, spread, hot)


def _told(figure: Figure) -> Figure:
    print(report.row(figure), flush=True)
    return figure


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


if __name__ == "__main__":
    sys.exit(main())
