"""Files are kept as they were sent, and refused where nobody could open them."""

import io

import pytest
import requests
import stripe

PNG = b"\x89PNG\r\n\x1a\n\r\n--not-the-boundary\r\n\x00\xff"


def test_a_file_is_kept_as_it_was_sent(platform):
    file = platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(PNG)})

    assert (file.size, file.type, file.purpose) == (len(PNG), "png", "dispute_evidence")
    assert requests.get(file.url, timeout=5).content == PNG
    assert platform.files.retrieve(file.id).id == file.id
    assert [each.id for each in platform.files.list({"purpose": "dispute_evidence"}).data] == [file.id]
    assert platform.files.list({"purpose": "business_icon"}).data == []
    assert platform.events.list({"type": "file.created"}).data[0].data.object.id == file.id


def test_evidence_is_a_document_that_a_bank_can_open(platform):
    for content in (b"MZ", b"", b"%PDF-" + b"x" * 5_000_000):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(content)})
        assert refused.value.param == "file"


def test_the_same_file_under_one_key_is_kept_once(platform):
    key = {"idempotency_key": "file-1"}
    first = platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(PNG)}, key)

    assert platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(PNG)}, key).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(PNG + b"!")}, key)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nno name\r\n\r\nv\r\n--x--"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n--x--'),
        ("multipart/form-data; boundary=x", b"nothing"),
        ("application/x-www-form-urlencoded", b"purpose=dispute_evidence&file=x"),
    ],
)
def test_a_form_that_is_not_well_made_is_refused(served, content_type, body):
    headers = {"Authorization": "Bearer sk_test_1", "Content-Type": content_type}

    assert requests.post(f"{served.url}/v1/files", data=body, headers=headers, timeout=5).status_code == 400


def test_a_file_of_another_account_is_not_there(platform, maker):
    file = platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(PNG)})

    with pytest.raises(stripe.InvalidRequestError):
        platform.files.retrieve(file.id, {}, {"stripe_account": maker.id})
