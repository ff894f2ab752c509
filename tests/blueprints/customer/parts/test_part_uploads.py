import pytest

from blueprints.http.ports import ports
from marketplace.geometry.outcomes import Crashed
from tests import uploads
from tests.uploads import PARTS, a_part, form


def test_an_uploaded_part_is_shown_and_waits_to_be_measured(customer):
    reply = customer.post(PARTS, **form(name="Clip, left"))

    assert reply.status_code == 202
    assert reply.json["name"] == "Clip, left"
    (revision,) = reply.json["revisions"]
    assert (revision["number"], revision["state"], revision["units"]) == (1, "measuring", None)
    assert (revision["file_name"], revision["kind"], revision["size_bytes"]) == ("clip.stl", "stl", len(uploads.STL))
    assert customer.get(f"{PARTS}/{reply.json['id']}").json == reply.json


def test_a_measured_part_shows_figures_holes_and_findings(customer, settle, app):
    part = a_part(customer, uploads.STEP, file_name="bracket.step")
    with app.app_context():
        kernel = ports().measurer
    try:
        settle(kernel)
    finally:
        kernel.close()

    revision = customer.get(f"{PARTS}/{part['id']}/revisions/1").json
    measured = revision["measurement"]
    assert revision["state"] == "measured"
    assert revision["part_id"] == part["id"]
    assert revision["refusal"] is None
    assert measured["box_mm"] == pytest.approx([80, 50, 50])
    assert (measured["is_closed"], measured["bodies"], measured["faces"], measured["triangles"]) == (True, 1, 14, None)
    assert measured["declared_units"] == "mm"
    assert sorted(hole["diameter_mm"] for hole in measured["holes"]) == pytest.approx([5, 6.6, 6.6, 9, 9])
    assert [hole["depth_mm"] for hole in measured["holes"] if not hole["is_through"]] == pytest.approx([15])
    assert {"cnc_milling", "fdm", "turning", "laser_cutting"} <= set(revision["findings"])


def test_findings_say_rule_value_limit_and_source(customer, settle):
    part = a_part(customer)
    settle(uploads.measures(uploads.a_cube(0.4)))

    findings = customer.get(f"{PARTS}/{part['id']}/revisions/1").json["findings"]["fdm"]
    too_small = next(finding for finding in findings if finding["rule"] == "units_too_small")
    assert (too_small["severity"], too_small["value"], too_small["limit"], too_small["unit"]) == ("warns", 0.4, 1, "mm")
    assert too_small["message"]
    assert too_small["source"]


def test_a_file_that_breaks_the_kernel_costs_a_message(customer, settle):
    part = a_part(customer)
    settle(uploads.SaysAlways(Crashed(11)))

    revision = customer.get(f"{PARTS}/{part['id']}/revisions/1").json
    assert revision["state"] == "refused"
    assert revision["refusal"]["code"] == "file_crashes_kernel"
    assert revision["measurement"] is None
    assert revision["findings"] == {}


def test_a_new_revision_follows_the_first(customer):
    part = a_part(customer)
    reply = customer.post(f"{PARTS}/{part['id']}/revisions", **form(uploads.STEP, "bracket.step"))

    assert reply.status_code == 202
    assert (reply.json["number"], reply.json["kind"]) == (2, "step")
    assert [each["number"] for each in customer.get(f"{PARTS}/{part['id']}").json["revisions"]] == [1, 2]


def test_parts_are_listed_newest_first_by_cursor(customer):
    made = [a_part(customer, name=f"Part {number}")["id"] for number in range(3)]

    first = customer.get(f"{PARTS}?limit=2").json
    rest = customer.get(f"{PARTS}?limit=2&cursor={first['next_cursor']}").json
    assert [part["id"] for part in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("address", [PARTS, f"{PARTS}/{{part}}"])
def test_a_summary_reads_nothing_of_what_was_measured(customer, cube, statements, address):
    with statements() as sent:
        reply = customer.get(address.format(part=cube.removeprefix(PARTS).split("/")[1]))

    assert reply.status_code == 200
    assert any("FROM revisions" in each for each in sent)
    assert not any("revisions.measurement" in each or "revisions.refusal" in each for each in sent)


def test_p1_the_queries_of_the_list_do_not_grow_with_parts_and_revisions(customer, statements):
    a_part(customer)
    with statements() as few:
        assert customer.get(PARTS).status_code == 200
    for _ in range(4):
        part = a_part(customer)
        customer.post(f"{PARTS}/{part['id']}/revisions", **form(uploads.STEP))
    with statements() as many:
        assert customer.get(PARTS).status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=nonsense", "colour=red"])
def test_a_list_is_asked_for_properly(customer, query):
    assert customer.get(f"{PARTS}?{query}").status_code == 422
