"""One operation of a job that somebody else does: proposed by its factory, agreed to by its customer."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from blueprints.http.ports import ports
from marketplace.accounts.models import Organisation
from marketplace.capability.models import WorkCentre
from marketplace.geometry.sniffing import sniff
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.parts.models import FileAccess, Revision, StoredFile
from marketplace.production.subcontracting import MOST_SUBCONTRACTS
from marketplace.workflows import checking
from tests.blueprints.account.test_notices import kinds_of, told
from tests.blueprints.customer.test_orders import choose
from tests.blueprints.factory.test_jobs import PARCEL, REASON, holds_everywhere, pay
from tests.blueprints.test_archives import opened, saved
from tests.blueprints.test_messages import read
from tests.blueprints.test_production import begin, end, of_customer, operations
from tests.deals import Deal, dealt
from tests.minutes import from_today
from tests.tenders import Tender
from tests.uploads import STL, problem, stream

pytestmark = pytest.mark.usefixtures("app_with_stripe")

WHY = "Our customer allows no third party."
OUTSIDE = {"company": "Elox AG, Linz"}


@pytest.fixture
def taken(deal):
    """A job that its factory has taken."""
    assert deal.factory.post(f"{deal.job}/accept").status_code == 200
    return deal


@pytest.fixture
def helper(make_organisation):
    """A factory that is no party of the order."""
    return make_organisation("Schleifmeister", hats=("factory",))


def propose(deal, operation=2, **who):
    told = {"operation": operation, "what": "Our own mill is down.", **who}
    return deal.factory.post(f"{deal.job}/subcontracts", json=told)


def proposed(deal, *helpers, operation=2, **who):
    """A proposal that was taken, to a factory here or to one outside."""
    named = {"subcontractor_id": str(helpers[0].organisation_id)} if helpers else OUTSIDE
    reply = propose(deal, operation, **(named | who))
    assert reply.status_code == 201, reply.json
    return reply.json


def agree(deal, number=1, shares_file=True):
    return deal.customer.post(f"{of_customer(deal)}/subcontracts/{number}/agree", json={"shares_file": shares_file})


def refuse(deal, number=1, reason=WHY):
    return deal.customer.post(f"{of_customer(deal)}/subcontracts/{number}/refuse", json={"reason": reason})


def withdraw(deal, number=1):
    return deal.factory.post(f"{deal.job}/subcontracts/{number}/withdraw")


def given(browser):
    reply = browser.get("/v1/factory/subcontracts")
    assert reply.status_code == 200, reply.json
    return reply.json["items"]


def states(deal):
    shown = deal.customer.get(f"{of_customer(deal)}/subcontracts").json
    assert shown == deal.factory.get(f"{deal.job}/subcontracts").json
    return [each["state"] for each in shown["subcontracts"]]


# Consent.


def test_what_the_customer_agrees_to_is_done_elsewhere_and_shown_in_the_record(app, taken, helper):
    begin(taken, 2)
    made = proposed(taken, helper, needed_by="2099-03-12")
    assert (made["state"], made["company"], made["operation"]) == ("proposed", "Schleifmeister", 2)
    assert made["operation_name"] == operations(taken.factory, taken.job)[1]["name"]
    assert kinds_of(taken.customer)[0] == "subcontract_proposed"

    agreed = agree(taken).json
    assert (agreed["state"], agreed["shares_file"], agreed["agreed_at"] is not None) == ("agreed", True, True)
    assert kinds_of(taken.factory)[0] == "subcontract_agreed"
    done = end(taken, 2, done_elsewhere=True)
    assert done.status_code == 200, done.json

    assert states(taken) == ["done"]
    seen = operations(taken.customer, of_customer(taken))
    assert [each["number"] for each in seen if each["is_done_elsewhere"]] == [2]
    events = [what for _, what in read(taken.customer, of_customer(taken))]
    assert [each for each in events if "subcontract" in each] == ["job.subcontract_proposed", "job.subcontract_agreed"]
    assert holds_everywhere(app)
    path = f"subcontracts/{taken.job_id}.json"
    bought, kept = (
        json.loads(opened(saved(*of))[path]) for of in ((taken.customer, taken.order), (taken.factory, taken.job))
    )
    assert bought == kept
    assert [(each["state"], each["company"]) for each in bought] == [("done", "Schleifmeister")]
    assert "agreed_by" not in bought[0]


def test_nothing_is_needed_by_a_day_that_is_over(taken):
    ended = propose(taken, **OUTSIDE, needed_by=str(from_today(-2)))

    assert problem(ended) == (422, "subcontract_day_over")
    assert states(taken) == []
    somewhere = str(clock.earliest_today() + timedelta(days=1))
    assert proposed(taken, needed_by=somewhere)["needed_by"] == somewhere


def test_without_consent_nothing_is_reported_as_done_elsewhere(taken):
    begin(taken, 2)
    assert problem(end(taken, 2, done_elsewhere=True)) == (409, "not_agreed_elsewhere"), "nobody was proposed"
    proposed(taken)
    assert problem(end(taken, 2, done_elsewhere=True)) == (409, "not_agreed_elsewhere"), "nobody has agreed"
    refuse(taken)
    assert problem(end(taken, 2, done_elsewhere=True)) == (409, "not_agreed_elsewhere"), "it was refused"
    proposed(taken, operation=1)
    agree(taken, 2)
    assert problem(end(taken, 2, done_elsewhere=True)) == (409, "not_agreed_elsewhere"), "it is another operation"
    assert operations(taken.factory, taken.job)[1]["state"] == "started"


def test_a_refusal_has_a_reason_that_the_factory_reads(taken):
    proposed(taken)
    assert problem(refuse(taken, reason="No.")) == (422, "validation_failed")
    seen = refuse(taken).json
    assert (seen["state"], seen["answer"]) == ("refused", WHY)
    assert told(taken.factory)[0]["text"] == WHY
    assert problem(agree(taken)) == (409, "illegal_move")
    assert problem(withdraw(taken)) == (409, "illegal_move")
    assert proposed(taken)["number"] == 2, "somebody else may be proposed"


def test_a_factory_may_do_it_itself_after_all(app, taken, helper, as_user):
    proposed(taken, helper)
    agree(taken)
    begin(taken, 2)
    assert end(taken, 2).status_code == 200

    assert states(taken) == ["withdrawn"]
    assert [each["is_done_elsewhere"] for each in operations(taken.customer, of_customer(taken))][1] is False
    assert kinds_of(as_user(helper)) == ["subcontract_ended", "subcontract_given"]
    assert given(as_user(helper)) == []
    assert holds_everywhere(app)


# What the subcontractor sees.


def test_the_subcontractor_sees_the_operation_and_nothing_of_price_or_customer(taken, helper, as_user):
    browser = as_user(helper)
    made = proposed(taken, helper)
    assert given(browser) == [], "nobody has agreed"
    assert browser.get(f"/v1/factory/subcontracts/{made['id']}").status_code == 404

    agree(taken, shares_file=False)

    (seen,) = given(browser)
    assert seen == browser.get(f"/v1/factory/subcontracts/{made['id']}").json
    assert set(seen) == {
        "id", "state", "agreed_at", "factory_id", "factory_name", "operation_name", "what", "needed_by",
        "process", "material", "quantity", "shares_file",
    }  # fmt: skip
    assert (seen["factory_id"], seen["quantity"]) == (str(taken.shop.owner.organisation_id), 25)
    (notice,) = told(browser)
    assert (notice["subject_kind"], notice["subject_id"]) == ("subcontracts", made["id"])
    for hidden in (taken.order_id, taken.job_id, str(taken.buyer.organisation_id)):
        assert hidden not in json.dumps([seen, notice])
    assert browser.get(taken.job).status_code == 404


def test_the_file_is_shown_if_the_consent_includes_it_until_the_operation_is_done(app, till, taken, helper, as_user):
    browser, files = as_user(helper), []
    stored(app, taken)
    for number, shares in ((1, False), (2, True)):
        made = proposed(taken, helper, operation=number)
        files.append(f"/v1/factory/subcontracts/{made['id']}/file")
        assert problem(browser.get(files[-1])) == (404, "subcontract_not_found")
        agree(taken, number, shares_file=shares)

    assert problem(browser.get(files[0])) == (404, "subcontract_not_found")
    with browser.get(files[1]) as reply:
        assert (reply.status_code, reply.data) == (200, STL)
    with app.app_context():
        read_by = {each.organisation_id for each in session().query(FileAccess)}
    assert helper.organisation_id in read_by, "the customer sees who has it"

    begin(taken, 2)
    end(taken, 2, done_elsewhere=True)
    assert problem(browser.get(files[1])) == (404, "subcontract_not_found")
    assert [each["state"] for each in given(browser)] == ["done", "agreed"]


def stored(app, deal):
    """The bytes of the part, which the scene writes no more than a hash of."""
    with app.app_context():
        kept = ports().files.store(stream(STL), most_bytes=10**6, sniff=sniff)
    with app.app_context(), transaction():
        session().add(StoredFile(sha256=kept.sha256, size_bytes=kept.size_bytes, kind=kept.kind))
        session().flush()
        (revision,) = session().query(Revision).filter_by(id=deal.quote["revision_id"])
        revision.sha256 = kept.sha256


def test_the_subcontractor_may_decline_and_both_parties_read_why(taken, helper, as_user):
    made = proposed(taken, helper)
    agree(taken)
    reply = as_user(helper).post(f"/v1/factory/subcontracts/{made['id']}/decline", json={"reason": REASON})

    assert reply.status_code == 204
    assert states(taken) == ["declined"]
    for browser in (taken.customer, taken.factory):
        assert (told(browser)[0]["kind"], told(browser)[0]["text"]) == ("subcontract_declined", REASON)
    assert given(as_user(helper)) == []
    again = as_user(helper).post(f"/v1/factory/subcontracts/{made['id']}/decline", json={"reason": REASON})
    assert problem(again) == (404, "subcontract_not_found")
    begin(taken, 2)
    assert problem(end(taken, 2, done_elsewhere=True)) == (409, "not_agreed_elsewhere")
    history = json.loads(opened(saved(taken.factory, taken.job))["history.json"])
    assert [(each["to_state"], each["side"]) for each in history if each["subject_kind"] == "subcontracts"] == [
        ("agreed", "customer"),
        ("declined", "subcontractor"),
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        "update subcontracts set state = 'done'",
        "update subcontracts set subcontractor_id = factory_id",
        "update subcontracts set factory_id = subcontractor_id",
        "update subcontracts set subcontractor_id = (select organisation_id from orders)",
        "update jobs set is_subcontracted = false",
        "update jobs set state = 'cancelled'",
    ],
)
def test_a_spoilt_subcontract_is_found_by_the_stored_invariants(app, taken, helper, spoil):
    proposed(taken, helper)
    agree(taken)
    assert holds_everywhere(app)
    with app.app_context(), transaction():
        session().execute(text(spoil))
    with app.app_context():
        assert "B2" in {each.invariant.id for each in checking.check() if each.offenders}


# Whom, when and how often.


def test_nobody_is_given_what_is_theirs_already_or_is_no_factory(taken, helper, make_organisation):
    stranger = make_organisation("Stranger")
    for who in (taken.shop.owner, taken.buyer, stranger):
        assert problem(propose(taken, subcontractor_id=str(who.organisation_id))) == (422, "subcontractor_unfit")
    assert problem(propose(taken)) == (422, "subcontractor_unclear")
    both = {"subcontractor_id": str(helper.organisation_id), **OUTSIDE}
    assert problem(propose(taken, **both)) == (422, "subcontractor_unclear")
    assert states(taken) == []


def test_the_customer_is_no_subcontractor_even_with_a_factory_of_its_own(app, taken):
    with app.app_context(), transaction():
        session().get_one(Organisation, taken.buyer.organisation_id).hats = ["customer", "factory"]
    reply = propose(taken, subcontractor_id=str(taken.buyer.organisation_id))
    assert problem(reply) == (422, "subcontractor_unfit")


def test_an_operation_is_given_once_and_not_when_it_is_done(taken, helper):
    assert problem(propose(taken, 99, **OUTSIDE)) == (404, "job_operation_not_found")
    proposed(taken)
    assert problem(propose(taken, subcontractor_id=str(helper.organisation_id))) == (409, "subcontract_open")
    agree(taken)
    assert problem(propose(taken, **OUTSIDE)) == (409, "subcontract_open")
    proposed(taken, operation=3)
    withdraw(taken)
    begin(taken, 2)
    end(taken, 2)
    assert problem(propose(taken, **OUTSIDE)) == (409, "operation_done_already")


def test_a_job_has_so_many_proposals_at_most(taken):
    for _ in range(MOST_SUBCONTRACTS):
        withdraw(taken, proposed(taken)["number"])
    assert problem(propose(taken, **OUTSIDE)) == (409, "too_many_subcontracts")


def test_operations_are_given_away_while_a_job_is_made(app, deal):
    assert problem(propose(deal, **OUTSIDE)) == (409, "not_subcontractable"), "it is not taken yet"
    deal.factory.post(f"{deal.job}/accept")
    proposed(deal)
    deal.factory.post(f"{deal.job}/ship", json=PARCEL)

    assert problem(propose(deal, 3, **OUTSIDE)) == (409, "not_subcontractable")
    assert problem(agree(deal)) == (409, "not_subcontractable"), "all has left"
    assert refuse(deal).status_code == 200
    assert problem(agree(deal, 9)) == (404, "subcontract_not_found")
    assert holds_everywhere(app)


@pytest.mark.parametrize("end_of_job", ["accepted", "cancelled", "given up"])
def test_all_of_it_ends_with_the_job(app, till, taken, helper, as_user, end_of_job):
    made = proposed(taken, helper)
    agree(taken)
    proposed(taken, operation=3)
    if end_of_job == "accepted":
        taken.factory.post(f"{taken.job}/ship", json=PARCEL)
        assert len(given(as_user(helper))) == 1, "what it took may still be said"
        ended = taken.customer.post(f"{taken.order}/accept")
    elif end_of_job == "cancelled":
        ended = taken.customer.post(f"{of_customer(taken)}/cancel", json={"reason": REASON})
    else:
        ended = taken.factory.post(f"{taken.job}/give-up", json={"reason": REASON})
    assert ended.status_code == 200, ended.json

    assert states(taken) == ["called_off", "called_off"]
    assert given(as_user(helper)) == []
    assert as_user(helper).get(f"/v1/factory/subcontracts/{made['id']}/file").status_code == 404
    assert kinds_of(as_user(helper)) == ["subcontract_ended", "subcontract_given"]
    assert problem(withdraw(taken)) == (409, "illegal_move")
    assert holds_everywhere(app)


def test_a_part_under_export_control_goes_only_to_who_takes_such_files(app, till, scene, market, as_user):
    deal = dealt(till, scene, as_user, shop_has={"takes_controlled": True}, is_controlled=True)
    deal.factory.post(f"{deal.job}/accept")
    helpers = [market.make_factory("Takes none"), market.make_factory("Takes them")]
    shops = [scene.shop(each, name=f"Mill {at}") for at, each in enumerate(helpers)]
    with app.app_context(), transaction():
        session().get_one(WorkCentre, shops[1].work_centre_id).takes_controlled = True

    assert problem(propose(deal, **OUTSIDE)) == (409, "subcontractor_not_cleared")
    ids = [str(each.organisation_id) for each in helpers]
    assert problem(propose(deal, subcontractor_id=ids[0])) == (409, "subcontractor_not_cleared")
    assert propose(deal, subcontractor_id=ids[1]).status_code == 201


def test_who_was_uninvited_by_the_customer_is_given_nothing(app, till, scene, market, as_user):
    maker, unwanted, other = till.seller(), market.make_factory("Unwanted"), market.make_factory("Other")
    shop, *_ = (scene.shop(each, name=f"Mill {at}") for at, each in enumerate((maker, unwanted, other)))
    tender, customer = Tender(app, till.customer), as_user(till.customer)
    rfq = tender.ask(scene.part(till.customer).id, maker, unwanted, other)
    tender.agree(rfq, maker, unwanted)
    tender.uninvite(rfq, unwanted)
    quote_id = str(tender.accept(rfq, tender.bid(rfq, maker)).quote_id)
    quote = customer.get(f"/v1/customer/quotes/{quote_id}").json
    basket = choose(quote)
    basket["address"] = {"name": "In", "street": "Weg 1", "postal_code": "1", "city": "Ulm", "country": "DE"}
    order = customer.post("/v1/customer/orders", json=basket).json
    pay(till, customer, order)
    deal = Deal(till.customer, shop, customer, as_user(maker), order["id"], order["jobs"][0]["id"], quote)
    deal.factory.post(f"{deal.job}/accept")

    refused = propose(deal, 1, subcontractor_id=str(unwanted.organisation_id))
    assert problem(refused) == (409, "subcontractor_excluded")
    assert propose(deal, 1, subcontractor_id=str(other.organisation_id)).status_code == 201
