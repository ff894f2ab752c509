"""Tables of measured values, as spreadsheets write them in several countries; and those that are none."""

from datetime import date

import pytest

from marketplace.quality import tables
from marketplace.quality.errors import FiguresUnreadable
from marketplace.quality.values import Instrument, Value

CALIPER = Instrument("Caliper", "C-17", date(2027, 12, 31))


def test_columns_come_in_any_order_and_the_rest_is_empty():
    found = tables.values("Value,piece,CHARACTERISTIC\n8.02,1,3\n-0.5,2,3\n")

    assert found == [Value(piece=1, characteristic=3, value="8.02"), Value(piece=2, characteristic=3, value="-0.5")]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_decimal_comma_is_a_point_where_fields_are_not_separated_by_commas(separator):
    lines = ["piece,characteristic,value,instrument,serial,calibrated_until", "1,1,8|02,Caliper,C-17,2027-12-31"]
    text = "\ufeff" + "\r\n".join(lines).replace(",", separator).replace("|", ",")

    assert tables.values(text) == [Value(piece=1, characteristic=1, value="8.02", instrument=CALIPER)]


def test_zeros_at_the_end_are_kept_they_tell_how_finely_was_read():
    assert tables.values("piece,characteristic,value\n1,1,8.00")[0].value == "8.00"


@pytest.mark.parametrize(
    ("word", "expected"), [("pass", True), ("OK", True), ("nok", False), ("false", False), ("", None)]
)
def test_judgements_are_words(word, expected):
    assert tables.values(f"piece,characteristic,passes,note\n1,1,{word},好")[0].passes is expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("piece,value\n1,8", 1),
        ("piece,characteristic,colour\n1,1,red", 1),
        ("piece,characteristic,piece\n1,1,1", 1),
        ("piece,characteristic,value\n1,1,8\n1,2", 3),
        ("piece,characteristic,value\n1,1,8,9", 2),
        ("piece,characteristic,value\n1,1,8e3", 2),
        ("piece,characteristic,value\n1,1,NaN", 2),
        ("piece,characteristic,value\n1,1,٨", 2),
        ("piece,characteristic,value\n1,1,8,5", 2),
        ("piece,characteristic,value\n0,1,8", 2),
        ("piece,characteristic,value\n-1,1,8", 2),
        ("piece,characteristic,value\n1,1.5,8", 2),
        ("piece,characteristic,value\n99999999,1,8", 2),
        ("piece,characteristic,value,corrects\n1,1,8,x", 2),
        ("piece,characteristic,passes\n1,1,maybe", 2),
        ("piece,characteristic,value,instrument\n1,1,8,Caliper", 2),
        ("piece,characteristic,value,instrument,serial,calibrated_until\n1,1,8,Caliper,C,31.12.2027", 2),
        ("piece,characteristic,note\n1,1," + "x" * 201, 2),
        ('piece,characteristic,note\n1,1,"x', 2),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(text, line):
    with pytest.raises(FiguresUnreadable) as refused:
        tables.values(text)
    assert refused.value.details["line"] == line


def test_a_table_ends_somewhere():
    rows = "\n".join(f"{piece},1,8" for piece in range(1, tables.MOST_ROWS + 2))
    with pytest.raises(FiguresUnreadable, match="at most"):
        tables.values(f"piece,characteristic,value\n{rows}")
