import threading

import pytest
from werkzeug.test import EnvironBuilder

from marketplace.geometry.values import FileKind, Units
from tests import uploads
from tests.uploads import PARTS, a_part, form, problem


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
