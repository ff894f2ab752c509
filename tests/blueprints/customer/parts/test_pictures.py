"""Pictures over HTTP: shown to whom they belong, kept by their browser, and never run."""

import pytest

from marketplace.geometry.outcomes import Pictures, Refused
from tests import uploads
from tests.uploads import PARTS, PICTURES, a_part, problem


@pytest.fixture
def pictured(customer, settle):
    """The address of a revision that was measured and drawn."""
    part = a_part(customer)
    settle(uploads.measures(uploads.a_cube(), PICTURES))
    return f"{PARTS}/{part['id']}/revisions/1"


@pytest.mark.parametrize(
    ("place", "media_type", "content"),
    [("thumbnail", "image/png", PICTURES.thumbnail), ("model", "model/gltf-binary", PICTURES.model)],
)
def test_a_picture_is_shown_in_place_and_kept_but_never_run(customer, pictured, place, media_type, content):
    reply = customer.get(f"{pictured}/{place}")

    assert (reply.status_code, reply.content_type, reply.data) == (200, media_type, content)
    assert "Content-Disposition" not in reply.headers
    assert reply.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert reply.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_browser_that_has_the_picture_is_not_sent_it_again(customer, pictured):
    etag = customer.get(f"{pictured}/model").headers["ETag"]

    again = customer.get(f"{pictured}/model", headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")
    assert customer.get(f"{pictured}/thumbnail", headers={"If-None-Match": etag}).status_code == 200


def test_the_revision_says_where_its_pictures_are(customer, pictured):
    pictures = customer.get(pictured).json["pictures"]

    assert pictures == {"thumbnail": f"{pictured}/thumbnail", "model": f"{pictured}/model"}
    assert [customer.get(place).status_code for place in pictures.values()] == [200, 200]


def test_a_second_upload_of_the_file_has_its_pictures_too(customer, pictured, settle):
    part = a_part(customer)
    settle(uploads.SaysAlways(AssertionError("measured again")))

    assert customer.get(f"{PARTS}/{part['id']}/revisions/1/thumbnail").data == PICTURES.thumbnail


def test_a_drawing_has_no_model(customer, settle):
    part = a_part(customer)
    settle(uploads.measures(uploads.a_cube(), Pictures(PICTURES.thumbnail, b"")))
    revision = f"{PARTS}/{part['id']}/revisions/1"

    assert customer.get(revision).json["pictures"] == {"thumbnail": f"{revision}/thumbnail", "model": None}
    assert problem(customer.get(f"{revision}/model")) == (404, "picture_not_found")


@pytest.mark.parametrize("place", ["thumbnail", "model"])
@pytest.mark.parametrize(
    "measurer",
    [None, uploads.measures(uploads.a_cube()), uploads.SaysAlways(Refused("file_no_geometry", "Empty."))],
    ids=["not measured yet", "not drawn", "refused"],
)
def test_where_nothing_was_drawn_there_is_none(customer, settle, measurer, place):
    part = a_part(customer)
    if measurer:
        settle(measurer)
    revision = f"{PARTS}/{part['id']}/revisions/1"

    assert customer.get(revision).json["pictures"] is None
    assert problem(customer.get(f"{revision}/{place}")) == (404, "picture_not_found")


@pytest.mark.parametrize("place", ["thumbnail", "model"])
def test_another_customer_finds_no_such_revision(pictured, make_organisation, as_user, place):
    stranger = as_user(make_organisation())

    assert problem(stranger.get(f"{pictured}/{place}")) == (404, "revision_not_found")


def test_the_question_of_units_is_open_until_it_is_answered(customer, pictured):
    question = customer.get(pictured).json["unit_question"]

    assert [choice["units"] for choice in question["choices"]] == ["mm", "cm", "m", "inch"]
    inch = question["choices"][3]
    assert (inch["box_mm"], inch["is_plausible"]) == ([254.0, 254.0, 254.0], True)
    assert (question["suggested"], question["is_doubtful"]) == ("mm", False)
    assert customer.post(f"{pictured}/units", json={"units": "inch"}).json["unit_question"] is None
    assert customer.get(pictured).json["measurement"]["box_mm"] == pytest.approx([254, 254, 254])
