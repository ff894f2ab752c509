import io

import pytest

from blueprints.http.ports import ports
from tests import uploads
from tests.uploads import PARTS, a_part, form, problem

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
