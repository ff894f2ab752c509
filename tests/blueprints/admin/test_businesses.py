"""/v1/admin/organisations: businesses are found in a register, and trusted with net terms; every act has a reason."""

from datetime import timedelta

import pytest

from marketplace.accounts.models import OrganisationKind
from marketplace.audit.models import AuditEvent
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.notifications.models import Notice
from tests.minutes import from_today

FOUND = {
    "number_kind": "vat",
    "register_number": "DE136695976",
    "country": "DE",
    "reason": "The register of the tax office has it under this name.",
}
TERMS = {
    "net_days": 30,
    "limits": [{"currency": "EUR", "amount_minor": 500_000}, {"currency": "JPY", "amount_minor": 900_000}],
    "reason": "Has paid thirty orders as it said.",
}


@pytest.fixture
def admin(staff, as_user):
    return as_user(staff)


@pytest.fixture
def business(make_organisation):
    return make_organisation("Arkwright")


@pytest.fixture
def at(business):
    return f"/v1/admin/organisations/{business.organisation_id}"


def told(app, business):
    with app.app_context():
        notices = session().query(Notice).filter_by(organisation_id=business.organisation_id).order_by(Notice.id)
        return [each.kind for each in notices]


def test_a_business_is_verified_told_and_kept(app, admin, staff, business, at):
    made = admin.post(f"{at}/verifications", json=FOUND)

    assert made.status_code == 201, made.json
    assert (made.json["register_number"], made.json["verified_by"]) == ("DE136695976", str(staff.user_id))
    assert made.json["withdrawn_at"] is None
    assert admin.get(f"{at}/verifications").json["items"] == [made.json]
    assert told(app, business) == ["business_verified"]
    with app.app_context():
        [fact] = session().query(AuditEvent).filter_by(verb="business.verified").all()
        assert (fact.user_id, fact.details["reason"]) == (staff.user_id, FOUND["reason"])


def test_a_new_finding_takes_the_place_of_the_old_one(admin, at):
    admin.post(f"{at}/verifications", json=FOUND)
    admin.post(f"{at}/verifications", json={**FOUND, "number_kind": "registration", "register_number": "HRB 12345"})

    newest, oldest = admin.get(f"{at}/verifications").json["items"]
    assert (newest["register_number"], newest["withdrawn_at"]) == ("HRB 12345", None)
    assert oldest["why_withdrawn"] == "It was verified anew."


@pytest.mark.parametrize(
    "wrong",
    [
        {"register_number": "x"},
        {"register_number": "de136695976"},
        {"register_number": "DE136695976\n"},
        {"country": "XX"},
        {"number_kind": "phone"},
        {"reason": "Because."},
        {"verified": True},
    ],
)
def test_what_is_no_number_of_a_register_is_refused(admin, at, wrong):
    assert admin.post(f"{at}/verifications", json={**FOUND, **wrong}).status_code == 422
    assert admin.get(f"{at}/verifications").json["items"] == []


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        ("DE", "136 695 976", "DE136695976"),
        ("GR", "EL094259216", "EL094259216"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("CN", "91110000600037341L", "91110000600037341L"),
    ],
)
def test_a_vat_number_is_kept_in_its_plain_form(admin, at, country, written, kept):
    made = admin.post(f"{at}/verifications", json={**FOUND, "register_number": written, "country": country})

    assert made.status_code == 201, made.json
    assert made.json["register_number"] == kept


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("DE", "DE136695977"),
        ("DE", "FR40303265045"),
        ("CN", "91110000600037341X"),
        ("US", "US123456789"),
    ],
    ids=["check digit", "of another country", "check digit in China", "of a country that is not known"],
)
def test_a_vat_number_that_its_country_cannot_have_given_verifies_nobody(app, admin, business, at, country, number):
    refused = admin.post(f"{at}/verifications", json={**FOUND, "register_number": number, "country": country})

    assert (refused.status_code, refused.json["code"]) == (422, "business_number_unfit")
    assert admin.get(f"{at}/verifications").json["items"] == []
    assert told(app, business) == []


def test_the_staff_reads_who_else_holds_the_number(admin, business, make_organisation, as_user, at):
    verified, registered, left, ended = (make_organisation(name) for name in ("Brunel", "Cockerill", "Darby", "Evans"))
    for each in (verified, left):
        admin.post(f"/v1/admin/organisations/{each.organisation_id}/verifications", json=FOUND)
    why = {"reason": "The number is another company's."}
    admin.post(f"/v1/admin/organisations/{left.organisation_id}/verifications/withdraw", json=why)
    days = {registered: {"valid_from": "2020-01-01"}, ended: {"valid_from": "2020-01-01"}}
    for each, said in days.items():
        room = f"/v1/account/organisations/{each.organisation_id}/tax-registrations"
        made = as_user(each).post(room, json={"country": "DE", "tax_number": "136695976", **said})
        assert made.status_code == 201, made.json
        if each is ended:
            as_user(each).post(f"{room}/{made.json['id']}/end", json={"valid_until": str(from_today(1))})
    others = [("Brunel", "verification"), ("Cockerill", "tax_registration")]

    with clock.moved_by(timedelta(days=3)):
        told = [
            admin.post(f"{at}/verifications", json=FOUND).json,
            admin.get(f"{at}/verifications").json["items"][0],
            admin.post(f"{at}/verifications/withdraw", json=why).json,
        ]
    for each in told:
        assert [(other["organisation_name"], other["held_as"]) for other in each["held_by_others"]] == others
    assert told[0]["held_by_others"][0]["organisation_id"] == str(verified.organisation_id)


def test_a_number_of_its_own_is_held_by_nobody_else(admin, business, as_user, at):
    room = f"/v1/account/organisations/{business.organisation_id}/tax-registrations"
    number = {"country": "DE", "tax_number": "136695976", "valid_from": "2020-01-01"}
    assert as_user(business).post(room, json=number).status_code == 201

    assert admin.post(f"{at}/verifications", json=FOUND).json["held_by_others"] == []
    [listed] = admin.get("/v1/admin/tax-registrations").json["items"]
    assert listed["held_by_others"] == []


def test_what_other_registers_number_has_no_check_digits(admin, at):
    other = {"number_kind": "registration", "register_number": "C-3268102", "country": "US"}
    assert admin.post(f"{at}/verifications", json=FOUND | other).json["register_number"] == "C-3268102"


def test_an_individual_is_no_business(admin, make_organisation):
    person = make_organisation("Ada", kind=OrganisationKind.INDIVIDUAL)

    refused = admin.post(f"/v1/admin/organisations/{person.organisation_id}/verifications", json=FOUND)

    assert (refused.status_code, refused.json["code"]) == (409, "not_a_company")


def test_net_terms_are_for_verified_businesses(app, admin, as_user, business, at):
    refused = admin.post(f"{at}/payment-terms", json=TERMS)
    assert (refused.status_code, refused.json["code"]) == (409, "business_not_verified")

    found = admin.post(f"{at}/verifications", json=FOUND).json
    granted = admin.post(f"{at}/payment-terms", json=TERMS)

    assert granted.status_code == 201, granted.json
    assert granted.json["verification_id"] == found["id"]
    assert [each["amount"]["text"] for each in granted.json["limits"]] == ["5,000.00 EUR", "900,000 JPY"]
    assert told(app, business) == ["business_verified", "payment_terms_granted"]
    notice = as_user(business).get("/v1/account/notices").json["items"][0]
    limits = "5,000.00 EUR and 900,000 JPY"
    assert notice["text"] == f"30 days to pay, for at most {limits} unpaid at once. {TERMS['reason']}"


def test_net_terms_are_ended_with_a_reason_and_their_history_stays(app, admin, business, at):
    admin.post(f"{at}/verifications", json=FOUND)
    admin.post(f"{at}/payment-terms", json=TERMS)
    admin.post(f"{at}/payment-terms", json={**TERMS, "net_days": 14})
    ended = admin.post(f"{at}/payment-terms/end", json={"reason": "Two invoices were never paid."})

    assert (ended.status_code, ended.json["net_days"]) == (200, 14)
    newest, oldest = admin.get(f"{at}/payment-terms").json["items"]
    assert (newest["why_ended"], oldest["why_ended"]) == ("Two invoices were never paid.", "Other terms were granted.")
    again = admin.post(f"{at}/payment-terms/end", json={"reason": "Two invoices were never paid."})
    assert (again.status_code, again.json["code"]) == (404, "payment_terms_not_found")
    assert told(app, business)[-1] == "payment_terms_ended"


def test_a_withdrawn_verification_ends_the_terms_that_stood_on_it(app, admin, business, at):
    admin.post(f"{at}/verifications", json=FOUND)
    admin.post(f"{at}/payment-terms", json=TERMS)
    why = {"reason": "The company was struck off the register."}

    assert admin.post(f"{at}/verifications/withdraw", json=why).status_code == 200

    [terms] = admin.get(f"{at}/payment-terms").json["items"]
    assert terms["why_ended"] == why["reason"]
    assert told(app, business)[-2:] == ["business_not_verified", "payment_terms_ended"]
    again = admin.post(f"{at}/verifications/withdraw", json=why)
    assert (again.status_code, again.json["code"]) == (404, "verification_not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"net_days": 0},
        {"net_days": 61},
        {"limits": []},
        {"limits": [{"currency": "XXX", "amount_minor": 1}]},
        {"limits": [{"currency": "EUR", "amount_minor": 0}]},
        {"limits": [{"currency": "EUR", "amount_minor": 1}, {"currency": "EUR", "amount_minor": 2}]},
        {"reason": "Because."},
    ],
)
def test_terms_beyond_what_is_allowed_are_refused(admin, at, wrong):
    admin.post(f"{at}/verifications", json=FOUND)

    assert admin.post(f"{at}/payment-terms", json={**TERMS, **wrong}).status_code == 422


def test_an_organisation_that_is_not_there_is_not_judged(admin):
    nowhere = "/v1/admin/organisations/00000000-0000-0000-0000-000000000007"
    why = {"reason": "There is no such company."}

    for path, body in (
        ("verifications", FOUND),
        ("verifications/withdraw", why),
        ("payment-terms", TERMS),
        ("payment-terms/end", why),
    ):
        refused = admin.post(f"{nowhere}/{path}", json=body)
        assert (refused.status_code, refused.json["code"]) == (404, "organisation_not_found")
