import io
import threading
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from werkzeug.test import EnvironBuilder

from blueprints.http.ports import ports
from marketplace.geometry.outcomes import Crashed
from marketplace.geometry.values import FileKind, Units
from marketplace.kernel.actor import Role
from marketplace.kernel.database import db, session
from marketplace.kernel.transaction import transaction
from marketplace.workflows import intake
from tests import uploads

PARTS = "/v1/customer/parts"


@pytest.fixture
def owner(make_organisation):
    return make_organisation()


@pytest.fixture
def customer(owner, as_user):
    return as_user(owner)


@pytest.fixture
def settle(app):
    """The work of the worker: every revision that waits is measured by the measurer given."""

    def settle(measurer):
        with app.app_context():
            with transaction():
                waiting = session().scalars(text("select id from revisions where state = 'measuring'")).all()
            for revision_id in waiting:
                intake.measure(str(revision_id), store=ports().files, measurer=measurer)

    return settle


@pytest.fixture
def traces(app):
    """What uploads leave: rows by table, jobs, files that have a name and files that have none yet."""

    def traces():
        with app.app_context():
            tables = ("parts", "revisions", "files", "procrastinate_jobs", "idempotency_keys", "audit_events")
            with transaction():
                rows = [session().scalar(text(f"select count(*) from {table}")) for table in tables]
            folder = ports().files.folder
        return rows, sorted(path.name for path in folder.rglob("*") if path.is_file())

    return traces


def form(content=uploads.STL, file_name="clip.stl", **fields):
    return {"data": {"file": (io.BytesIO(content), file_name), **fields}, "content_type": "multipart/form-data"}


def a_part(customer, content=uploads.STL, **options):
    reply = customer.post(PARTS, **form(content, **options))
    assert reply.status_code == 202, reply.json
    return reply.json


def problem(reply):
    assert reply.content_type == "application/problem+json"
    return reply.status_code, reply.json["code"]


# --- uploads ---


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
    assert set(revision["findings"]) == {"cnc_milling", "fdm"}


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


# --- bad input: a problem document, and nothing left half done ---

BAD_FILES = {
    "empty": (b"", 422, "file_empty"),
    "a PDF": (b"%PDF-1.7\n%...", 422, "file_type_unknown"),
    "an archive": (b"PK\x03\x04" + b"\0" * 100, 422, "file_type_unknown"),
    "words": (b"hello", 422, "file_type_unknown"),
    "a truncated STEP": (uploads.TRUNCATED_STEP, 422, "file_truncated"),
    "a truncated STL": (uploads.TRUNCATED_STL, 422, "file_length_mismatch"),
    "an STL without triangles": (b"\0" * 84, 422, "file_no_geometry"),
}


@pytest.mark.parametrize(("content", "status", "code"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_refused_and_leaves_nothing(customer, traces, content, status, code):
    before = traces()
    assert problem(customer.post(PARTS, **form(content))) == (status, code)
    assert traces() == before


@pytest.mark.parametrize(("content", "status", "code"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_no_revision_either(customer, traces, content, status, code):
    part = a_part(customer)
    before = traces()
    assert problem(customer.post(f"{PARTS}/{part['id']}/revisions", **form(content))) == (status, code)
    assert traces() == before


def test_an_stl_of_no_numbers_is_taken_and_refused_by_the_kernel(customer, settle, app):
    part = a_part(customer, uploads.NAN_STL)
    with app.app_context():
        kernel = ports().measurer
    try:
        settle(kernel)
    finally:
        kernel.close()
    assert customer.get(f"{PARTS}/{part['id']}/revisions/1").json["refusal"]["code"] == "file_not_finite"


def two_files():
    return {"file": [(io.BytesIO(uploads.STL), "a.stl"), (io.BytesIO(uploads.STL), "b.stl")]}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(lambda: {"name": "Clip"}, id="no file"),
        pytest.param(lambda: {"file": "solid words"}, id="words for a file"),
        pytest.param(two_files, id="two files"),
        pytest.param(lambda: {**form()["data"], "drawing": (io.BytesIO(b"x"), "x.pdf")}, id="a file too many"),
        pytest.param(lambda: {**form()["data"], "colour": "red"}, id="an unknown field"),
        pytest.param(lambda: {**form()["data"], "name": "x" * 201}, id="a long name"),
        pytest.param(lambda: {**form()["data"], "name": "  "}, id="an empty name"),
        pytest.param(lambda: {**form()["data"], "name": "a\x00b"}, id="a name with NUL"),
        pytest.param(lambda: {**form()["data"], "name": ["a", "b"]}, id="two names"),
    ],
)
def test_a_form_that_is_wrong_is_refused_and_leaves_nothing(customer, traces, sent):
    before = traces()
    reply = customer.post(PARTS, data=sent(), content_type="multipart/form-data")
    assert problem(reply) == (422, "validation_failed")
    assert reply.json["errors"]
    assert traces() == before


def test_a_body_that_is_no_form_is_refused(customer, traces):
    before = traces()
    assert problem(customer.post(PARTS, json={"name": "Clip"})) == (415, "unsupported_media_type")
    assert problem(customer.post(PARTS, data=uploads.STL, content_type="model/stl")) == (415, "unsupported_media_type")
    assert traces() == before


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def readable(self):
        return True

    def readinto(self, buffer):
        raise AssertionError("read")


def test_three_gigabytes_are_refused_by_their_declared_length_alone(customer, traces):
    before = traces()
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(3 * 2**30)}
    reply = customer.post(PARTS, content_type="multipart/form-data; boundary=x", environ_overrides=body)
    assert problem(reply) == (413, "content_too_large")
    assert traces() == before


class Endless(io.RawIOBase):
    """A form whose file does not end."""

    def __init__(self):
        self.begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.stl"\r\n\r\n'
        self.given = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = self.begin or b"solid words words words\n" * (1 + len(buffer) // 24)
        self.begin = b""
        size = min(len(piece), len(buffer))
        buffer[:size] = piece[:size]
        self.given += size
        return size


def test_a_stream_without_a_length_is_read_to_the_limit_and_not_on(customer, traces, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 2**18)
    before, body = traces(), Endless()
    chunked = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    reply = customer.post(PARTS, content_type="multipart/form-data; boundary=x", environ_overrides=chunked)
    assert problem(reply) == (413, "content_too_large")
    assert body.given <= 2**18 + 2**16
    assert traces() == before


def test_a_file_a_little_too_large_is_refused_while_it_is_stored(customer, traces, app, monkeypatch):
    from dataclasses import replace

    from blueprints.http import ports as http_ports

    config, built = app.extensions[http_ports.KEY]
    monkeypatch.setitem(app.extensions, http_ports.KEY, (replace(config, upload_bytes=len(uploads.STL) - 1), built))
    before = traces()
    assert problem(customer.post(PARTS, **form())) == (422, "file_too_large")
    assert traces() == before


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.stl", "passwd.stl"),
        ("x" * 300 + ".stl", "x" * 196 + ".stl"),
        ("exe.\u202elts.stl", "exe.lts.stl"),
        ("a\x00b.stl", "ab.stl"),
        ("支架.stl", "支架.stl"),
    ],
)
def test_a_strange_file_name_is_shown_clean_and_never_a_path(customer, sent, shown):
    part = a_part(customer, file_name=sent)

    (revision,) = part["revisions"]
    assert revision["file_name"] == shown
    assert part["name"] == shown.removesuffix(".stl")
    reply = customer.get(f"{PARTS}/{part['id']}/revisions/1/file", buffered=True)
    assert reply.data == uploads.STL


# --- once ---


def test_a_repeated_upload_without_a_key_is_another_part(customer):
    assert a_part(customer)["id"] != a_part(customer)["id"]


def test_a_repeated_upload_with_the_same_key_is_the_same_part(customer, traces):
    key = {"headers": {"Idempotency-Key": "k1"}}
    first = customer.post(PARTS, **form(), **key)
    after_first = traces()
    second = customer.post(PARTS, **form(), **key)

    assert second.status_code == 202
    assert second.json == first.json
    assert second.headers["Idempotent-Replayed"] == "true"
    assert traces() == after_first


@pytest.mark.parametrize(
    "other", [form(uploads.STEP), form(name="Another"), form(file_name="other.stl")], ids=["file", "name", "file name"]
)
def test_a_key_means_one_upload(customer, other):
    key = {"headers": {"Idempotency-Key": "k1"}}
    customer.post(PARTS, **form(), **key)

    assert problem(customer.post(PARTS, **other, **key)) == (422, "idempotency_key_reused")
    assert len(customer.get(PARTS).json["items"]) == 1


def test_parallel_twins_with_one_key_are_one_part(owner, as_user):
    clients = [as_user(owner) for _ in range(4)]
    replies = []

    def post(client):
        replies.append(client.post(PARTS, **form(), headers={"Idempotency-Key": "k1"}))

    threads = [threading.Thread(target=post, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.json["id"] for reply in replies}) == 1


def test_a_revision_and_units_may_be_repeated_under_a_key(customer, settle):
    part = a_part(customer)
    for _ in range(2):
        reply = customer.post(
            f"{PARTS}/{part['id']}/revisions", **form(uploads.STEP), headers={"Idempotency-Key": "k1"}
        )
        assert (reply.status_code, reply.json["number"]) == (202, 2)
    settle(uploads.measures(uploads.a_cube(kind=FileKind.STEP, units=Units.MM)))
    for _ in range(2):
        reply = customer.post(
            f"{PARTS}/{part['id']}/revisions/2/units", json={"units": "mm"}, headers={"Idempotency-Key": "k2"}
        )
        assert (reply.status_code, reply.json["units"]) == (200, "mm")


def test_a_large_upload_is_never_in_memory_as_a_whole(customer):
    import tracemalloc

    content = b"solid large\nfacet normal 0 0 1\n" + b" \n" * (8 << 20) + b"endsolid large\n"
    sent = form(content)
    sent["headers"] = {"Idempotency-Key": "k1"}
    environ = EnvironBuilder(PARTS, method="POST", **sent).get_environ()
    tracemalloc.start()
    try:
        reply = customer.open(environ)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        environ["wsgi.input"].close()

    assert reply.status_code == 202
    assert most < len(content) / 2


# --- units ---


@pytest.fixture
def cube(customer, settle):
    """The address of a measured revision: a cube of 10 units, without units yet."""
    part = a_part(customer)
    settle(uploads.measures(uploads.a_cube(10)))
    return f"{PARTS}/{part['id']}/revisions/1"


def test_confirmed_inches_are_25_4_times_as_long(customer, cube):
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


# --- downloads ---


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


# --- lists ---


def test_parts_are_listed_newest_first_by_cursor(customer):
    made = [a_part(customer, name=f"Part {number}")["id"] for number in range(3)]

    first = customer.get(f"{PARTS}?limit=2").json
    rest = customer.get(f"{PARTS}?limit=2&cursor={first['next_cursor']}").json
    assert [part["id"] for part in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


def test_the_queries_of_a_list_do_not_grow_with_its_rows(customer, app):
    def queries_of_a_list():
        asked = []
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", listener := lambda *args: asked.append(args[2]))
        try:
            assert customer.get(PARTS).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", listener)
        return len(asked)

    a_part(customer)
    few = queries_of_a_list()
    for _ in range(4):
        part = a_part(customer)
        customer.post(f"{PARTS}/{part['id']}/revisions", **form(uploads.STEP))
    assert queries_of_a_list() == few


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=nonsense", "colour=red"])
def test_a_list_is_asked_for_properly(customer, query):
    assert customer.get(f"{PARTS}?{query}").status_code == 422


# --- who may not ---

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


def test_the_document_describes_upload_and_download(app):
    paths = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()["paths"]

    sent = paths[PARTS]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert sent == {"$ref": "#/components/schemas/UploadPart"}
    address = next(path for path in paths if path.endswith("/file"))
    assert "application/octet-stream" in paths[address]["get"]["responses"]["200"]["content"]
