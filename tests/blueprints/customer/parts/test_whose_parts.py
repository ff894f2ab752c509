from uuid import uuid4

import pytest

from blueprints.http.downloads import MEDIA_TYPES
from marketplace.kernel.actor import Role
from tests import uploads
from tests.uploads import PARTS, form, problem

ONE_PART = [
    ("GET", "{part}"),
    ("POST", "{part}/revisions"),
    ("GET", "{part}/revisions/1"),
    ("POST", "{part}/revisions/1/units"),
    ("GET", "{part}/revisions/1/file"),
    ("GET", "{part}/revisions/1/accesses"),
]


def ask(client, method, address):
    body = {}
    if method == "POST":
        body = {"json": {"units": "mm"}} if address.endswith("units") else form(uploads.STEP)
    return client.open(address, method=method, **body)


@pytest.mark.parametrize(("method", "address"), ONE_PART)
def test_what_is_anothers_does_not_exist(customer, cube, traces, make_organisation, as_user, method, address):
    stranger = as_user(make_organisation())
    before = traces()
    part = cube.rpartition("/revisions")[0]

    reply = ask(stranger, method, address.format(part=part))
    assert reply.status_code == 404
    assert reply.json["code"] in ("part_not_found", "revision_not_found")
    assert traces() == before
    assert customer.get(f"{cube}/accesses").json["items"] == []


@pytest.mark.parametrize(("method", "address"), ONE_PART)
def test_what_never_was_is_answered_in_the_same_words(cube, make_organisation, as_user, method, address):
    stranger = as_user(make_organisation())
    foreign = ask(stranger, method, address.format(part=cube.rpartition("/revisions")[0]))
    absent = ask(stranger, method, address.format(part=f"{PARTS}/{uuid4()}"))

    assert absent.status_code == 404
    assert absent.json == foreign.json


def test_anothers_parts_are_not_listed(customer, cube, make_organisation, as_user):
    assert as_user(make_organisation()).get(PARTS).json["items"] == []


@pytest.mark.parametrize(("method", "address"), [("GET", PARTS), ("POST", PARTS), *ONE_PART])
def test_strangers_are_asked_who_they_are(client, method, address):
    reply = ask(client, method, address.format(part=f"{PARTS}/{uuid4()}"))
    assert problem(reply) == (401, "unauthenticated")


def test_a_factory_is_no_customer(make_organisation, as_user):
    assert as_user(make_organisation(hats=("factory",))).get(PARTS).status_code == 403


def test_a_viewer_looks_and_does_not_upload(owner, cube, make_member, as_user, traces):
    viewer = as_user(make_member(owner, Role.VIEWER))
    before = traces()

    assert viewer.get(cube).status_code == 200
    assert problem(viewer.post(PARTS, **form(uploads.STEP))) == (403, "role_too_small")
    assert problem(viewer.post(f"{cube}/units", json={"units": "mm"})) == (403, "role_too_small")
    assert traces() == before


@pytest.mark.parametrize("number", ["0", "1001", "99999999999999999999", "-1", "x"])
def test_a_number_that_no_revision_can_have_is_not_found(customer, cube, number):
    assert customer.get(f"{cube[:-1]}{number}").status_code == 404


def test_the_document_describes_upload_download_and_pictures(app):
    paths = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()["paths"]

    sent = paths[PARTS]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert sent == {"$ref": "#/components/schemas/CustomerUploadPart"}
    given = {
        place: set(paths[f"{PARTS}/{{part_id}}/revisions/{{number}}/{place}"]["get"]["responses"]["200"]["content"])
        for place in ("file", "thumbnail", "model")
    }
    assert given == {"file": set(MEDIA_TYPES.values()), "thumbnail": {"image/png"}, "model": {"model/gltf-binary"}}
