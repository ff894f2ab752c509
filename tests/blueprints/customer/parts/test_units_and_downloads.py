import pytest

from blueprints.http.ports import ports
from marketplace.geometry.values import FileKind, Units
from tests import uploads
from tests.uploads import PARTS, a_part, problem


def test_q3_confirmed_inches_are_25_4_times_as_long(customer, cube):
    reply = customer.post(f"{cube}/units", json={"units": "inch"})

    assert reply.status_code == 200
    assert reply.json["units"] == "inch"
    assert reply.json["measurement"]["box_mm"] == [254, 254, 254]
    assert customer.get(cube).json == reply.json


def test_units_are_final(customer, cube):
    customer.post(f"{cube}/units", json={"units": "inch"})

    assert customer.post(f"{cube}/units", json={"units": "inch"}).json["measurement"]["box_mm"] == [254, 254, 254]
    assert problem(customer.post(f"{cube}/units", json={"units": "mm"})) == (409, "units_final")
    assert customer.get(cube).json["units"] == "inch"


@pytest.mark.parametrize(
    "sent", [{}, {"units": "furlong"}, {"units": True}, {"units": 25.4}, {"units": None}, {"units": "mm", "x": 1}, []]
)
def test_wrong_units_are_refused(customer, cube, sent):
    assert problem(customer.post(f"{cube}/units", json=sent)) == (422, "validation_failed")
    assert customer.get(cube).json["units"] is None


def test_a_step_file_says_itself_in_which_units_it_is(customer, settle):
    part = a_part(customer, uploads.STEP)
    settle(uploads.measures(uploads.a_cube(kind=FileKind.STEP, units=Units.INCH)))
    address = f"{PARTS}/{part['id']}/revisions/1/units"

    assert problem(customer.post(address, json={"units": "mm"})) == (422, "units_declared_otherwise")
    assert customer.post(address, json={"units": "inch"}).json["measurement"]["box_mm"] == [10, 10, 10]


def test_units_wait_for_the_measurement(customer):
    part = a_part(customer)
    reply = customer.post(f"{PARTS}/{part['id']}/revisions/1/units", json={"units": "mm"})
    assert problem(reply) == (409, "still_measuring")


def test_a_download_is_an_attachment_and_is_written_down(customer, cube, owner):
    assert customer.get(f"{cube}/accesses").json["items"] == []
    reply = customer.get(f"{cube}/file", buffered=True)

    assert reply.status_code == 200
    assert reply.data == uploads.STL
    assert reply.headers["Content-Disposition"] == "attachment; filename=clip.stl"
    assert reply.headers["Content-Type"] == "model/stl"
    assert reply.headers["Content-Length"] == str(len(uploads.STL))
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in reply.headers["Cache-Control"]
    (access,) = customer.get(f"{cube}/accesses").json["items"]
    assert access["organisation"]["id"] == str(owner.organisation_id)
    assert access["user"] == {"id": str(owner.user_id), "name": owner.name}
    assert access["at"].endswith("Z")


def test_accesses_are_paged(customer, cube):
    for _ in range(3):
        customer.get(f"{cube}/file", buffered=True)

    first = customer.get(f"{cube}/accesses?limit=2").json
    rest = customer.get(f"{cube}/accesses?limit=2&cursor={first['next_cursor']}").json
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


def test_a_file_that_is_away_is_a_problem_document(customer, cube, app):
    with app.app_context():
        for path in ports().files.folder.glob("[0-9a-f][0-9a-f]/*"):
            path.unlink()
    assert problem(customer.get(f"{cube}/file")) == (503, "file_missing")


@pytest.mark.parametrize("condition", [{"If-Match": "*"}, {"If-None-Match": "*"}, {"Range": "bytes=0-3"}])
def test_a_download_is_whole_under_any_condition(customer, cube, condition):
    with customer.get(f"{cube}/file", headers=condition) as reply:
        assert (reply.status_code, len(reply.data)) == (200, reply.content_length)
