"""Sources of truth that a form cannot show: sheets, drawings, sizes noted in the file, requests for quotation."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from marketplace.costing.rates import LeadTime
from marketplace.geometry.values import FileKind, Units
from marketplace.orders.models import Incoterm
from marketplace.orders.states import FirstArticleGate
from marketplace.production.checklist import Source, checklist
from marketplace.production.ordered import Ordered
from tests.scenes import BRACKET, SHA

DAY = date(2027, 3, 1)


def ordered(*, facts=BRACKET, quote=(), rfq=None, ships_on=DAY, first_article=None, **order):
    asked = {
        "tolerance": "standard",
        "inspection": "standard",
        "finishes": [],
        "thickness_mm": None,
        "lead_time": LeadTime.STANDARD,
        "deliver_to": None,
        "certificates": [],
        "is_controlled": False,
    }
    job = SimpleNamespace(
        process="laser_cutting",
        material="aluminium_6061",
        quantity=25,
        ships_on=ships_on,
        changes=[],
        first_article=first_article,
    )
    revision = SimpleNamespace(number=1, sha256=SHA, file_name="a.step", units=Units.MM, facts=facts)
    told = SimpleNamespace(**{"incoterm": Incoterm.EXW, "notes": "", **order})
    return Ordered(job, told, SimpleNamespace(**{**asked, **dict(quote)}), revision, "Bracket", DAY, rfq)


def said(of, name):
    return [(each.value, each.source) for each in checklist(of) if each.name == name]


def test_a_flat_drawing_is_the_source_of_its_file_and_the_form_of_its_thickness():
    drawn = replace(BRACKET, kind=FileKind.DXF, declared_units=None)
    of = ordered(facts=drawn, quote={"thickness_mm": 1.5})

    assert said(of, "file_sha256") == [(SHA, Source.DRAWING)]
    assert said(of, "thickness_mm") == [("1.5", Source.FORM)]
    assert said(of, "units") == [("mm", Source.FORM)], "the file names no unit"


def test_a_thickness_that_nobody_says_is_no_requirement():
    assert said(ordered(), "thickness_mm") == []


@pytest.mark.parametrize(
    ("name", "quote", "expected"),
    [
        ("lead_time", {"lead_time": LeadTime.EXPRESS}, [("express", Source.FORM)]),
        ("delivery", {"deliver_to": "CN"}, [("CN", Source.FORM)]),
        ("export_control", {"is_controlled": True}, [("yes", Source.FORM)]),
        ("certificate", {"certificates": ["iso_9001", "en_10204_3_1"]}, None),
    ],
)
def test_what_was_asked_is_said_by_the_form(name, quote, expected):
    found = said(ordered(quote=quote), name)
    assert found == (expected or [(each, Source.FORM) for each in quote["certificates"]])


def test_words_of_a_request_for_quotation_are_requirements():
    of = ordered(rfq=SimpleNamespace(finish="As sample 12", notes="No oil."), notes="Ring twice.")

    assert said(of, "finish") == [("in_words", Source.FORM)]
    assert said(of, "notes") == [("of_request", Source.FORM), ("of_order", Source.FORM)]


def test_a_date_that_no_change_moved_was_moved_by_the_clock():
    later = date(2027, 3, 4)
    assert said(ordered(ships_on=later), "ships_on") == [("2027-03-04", Source.CLOCK)]


def test_a_first_article_is_a_requirement_where_one_is_asked_for():
    asked = ordered(first_article=FirstArticleGate.AWAITED)

    assert said(asked, "first_article") == [("before_the_rest", Source.FORM)]
    assert said(ordered(), "first_article") == []
