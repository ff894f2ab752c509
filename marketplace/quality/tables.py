"""Measured values as a table of text, as measuring machines and spreadsheets write them. Pure.

Columns by their names in the first line, in any order: piece, characteristic, value or passes, and instrument, serial,
calibrated_until, corrects, note. Fields are separated by commas, semicolons or tabs; where not by commas, a decimal
comma is read as a point.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, TypeVar

from marketplace.quality.errors import FiguresUnreadable
from marketplace.quality.values import Instrument, Value

MOST_ROWS: Final = 2_000
DECIMAL: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
"""How a measured value is written: plain, at most nanometres."""
NEEDED: Final = frozenset({"piece", "characteristic"})
KNOWN: Final = NEEDED | {"value", "passes", "instrument", "serial", "calibrated_until", "corrects", "note"}
JUDGED: Final = {"pass": True, "ok": True, "true": True, "fail": False, "nok": False, "false": False}

Read = TypeVar("Read")


def values(text: str) -> list[Value]:
    """The measured values of a table. Raises FiguresUnreadable, naming the line."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines:
        raise FiguresUnreadable("The table is empty; its first line names the columns.", line=1)
    separator = next((each for each in "\t;" if each in lines[0]), ",")
    table = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=separator, strict=True)
    names = [str(name).strip().lower() for name in table.fieldnames or ()]
    if not NEEDED <= set(names) <= KNOWN or len(set(names)) < len(names):
        raise FiguresUnreadable(
            "The first line names the columns: piece, characteristic, and any of the others once.",
            line=1,
            columns=sorted(KNOWN),
        )
    table.fieldnames = names
    return list(_rows(table, has_decimal_comma=separator != ","))


def _rows(table: "csv.DictReader[str]", *, has_decimal_comma: bool) -> Iterator[Value]:
    try:
        for number, row in enumerate(table, 1):
            if number > MOST_ROWS:
                raise FiguresUnreadable(f"A table has at most {MOST_ROWS} values.", line=number + 1)
            if None in row or None in row.values():
                raise FiguresUnreadable("The line has more or fewer fields than the first.", line=table.line_num)
            try:
                yield _value({name: str(field).strip() for name, field in row.items()}, has_decimal_comma)
            except ValueError as flaw:
                raise FiguresUnreadable(str(flaw), line=table.reader.line_num) from None
    except csv.Error as flaw:
        raise FiguresUnreadable(str(flaw), line=table.reader.line_num) from None


def _value(row: Mapping[str, str], has_decimal_comma: bool) -> Value:
    figure = row.get("value", "").replace(",", ".", 1) if has_decimal_comma else row.get("value", "")
    if figure and DECIMAL.fullmatch(figure) is None:
        raise ValueError(f"{figure[:20]!r} is no decimal number")
    return Value(
        piece=_number(row, "piece"),
        characteristic=_number(row, "characteristic"),
        value=figure or None,
        passes=_if_any(row.get("passes", ""), _judged),
        instrument=_instrument(row),
        corrects=_if_any(row.get("corrects", ""), lambda _: _number(row, "corrects")),
        note=_words(row, "note", most=200),
    )


def _instrument(row: Mapping[str, str]) -> Instrument | None:
    name, serial = _words(row, "instrument", most=80), _words(row, "serial", most=80)
    until = _if_any(row.get("calibrated_until", ""), date.fromisoformat)
    if not name and not serial and until is None:
        return None
    if not name or not serial or until is None:
        raise ValueError("an instrument has its name, its serial number and the day until which it is calibrated")
    return Instrument(name, serial, until)


def _number(row: Mapping[str, str], name: str) -> int:
    text = row[name]
    if not text.isascii() or not text.isdecimal() or not 1 <= len(text) <= 7 or int(text) < 1:
        raise ValueError(f"{name} is a whole number from 1 on")
    return int(text)


def _words(row: Mapping[str, str], name: str, *, most: int) -> str:
    text = row.get(name, "")
    if len(text) > most or any(ord(each) < 32 or 0xD800 <= ord(each) <= 0xDFFF for each in text):
        raise ValueError(f"{name} is text of at most {most} characters")
    return text


def _judged(text: str) -> bool:
    if text.lower() not in JUDGED:
        raise ValueError(f"passes is one of {', '.join(JUDGED)}")
    return JUDGED[text.lower()]


def _if_any(text: str, read: Callable[[str], Read]) -> Read | None:
    return read(text) if text else None
