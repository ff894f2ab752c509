"""Each verb on a listing in each state: what the table of moves allows happens, everything else is refused whole."""

from uuid import uuid4

import pytest

from marketplace.kernel.actor import Role, RoleTooSmall
from marketplace.kernel.errors import Conflict
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.transaction import transaction
from marketplace.listings import queries, service
from marketplace.listings.errors import (
    ListedAlready,
    ListingIncomplete,
    ListingNotEditable,
    ListingNotFound,
    WorkCentreNotYours,
)
from marketplace.listings.models import ListingState
from marketplace.moderation.errors import CaseOpenAlready, NothingToAppeal, OutcomeNotPossible
from marketplace.moderation.models import Outcome

DRAFT, SUBMITTED, LIVE, REJECTED, SUSPENDED, WITHDRAWN = ListingState

AFTER = {
    ("submit", DRAFT): SUBMITTED,
    ("submit", REJECTED): SUBMITTED,
    ("submit", WITHDRAWN): SUBMITTED,
    ("withdraw", DRAFT): WITHDRAWN,
    ("withdraw", SUBMITTED): WITHDRAWN,
    ("withdraw", REJECTED): WITHDRAWN,
    ("withdraw", LIVE): WITHDRAWN,
    ("withdraw", SUSPENDED): WITHDRAWN,
    ("edit", DRAFT): DRAFT,
    ("edit", REJECTED): REJECTED,
    ("edit", WITHDRAWN): WITHDRAWN,
    ("appeal", REJECTED): REJECTED,
    ("appeal", SUSPENDED): SUSPENDED,
    ("report", LIVE): LIVE,
}
REFUSAL = {
    "submit": IllegalMove,
    "withdraw": IllegalMove,
    "edit": ListingNotEditable,
    "appeal": NothingToAppeal,
    "report": OutcomeNotPossible,
}


@pytest.mark.parametrize("state", ListingState)
@pytest.mark.parametrize("verb", REFUSAL)
def test_every_verb_in_every_state_does_what_the_table_says_or_nothing(market, verb, state):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, state)
    act = {
        "submit": lambda: market.submit(factory, listing_id),
        "withdraw": lambda: market.withdraw(factory, listing_id),
        "edit": lambda: market.edit(factory, listing_id, title="Four mills"),
        "appeal": lambda: market.appeal(factory, listing_id),
        "report": lambda: market.report(listing_id),
    }[verb]

    if (verb, state) in AFTER:
        act()
    else:
        with pytest.raises(REFUSAL[verb]):
            act()

    assert market.state_of(listing_id) is AFTER.get((verb, state), state)


@pytest.mark.parametrize("state", ListingState)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_takes_only_a_submitted_listing_somewhere(market, state, outcome):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, state)
    if state is not SUBMITTED:
        assert market.open_case(listing_id) is None
        return
    if outcome is Outcome.SUSPEND:
        with pytest.raises(OutcomeNotPossible):
            market.decide(listing_id, outcome)
        assert market.state_of(listing_id) is SUBMITTED
    else:
        market.decide(listing_id, outcome)
        assert market.state_of(listing_id) is {Outcome.APPROVE: LIVE, Outcome.REJECT: REJECTED}[outcome]


def test_a_withdrawn_listing_leaves_no_open_case_and_can_be_submitted_again(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, SUBMITTED)

    market.withdraw(factory, listing_id)
    assert market.open_case(listing_id) is None
    market.submit(factory, listing_id)
    assert market.open_case(listing_id) is not None


def test_a_listing_under_appeal_is_neither_edited_nor_submitted_but_may_be_withdrawn(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, REJECTED)
    market.appeal(factory, listing_id)

    with pytest.raises(ListingNotEditable):
        market.edit(factory, listing_id, title="Four mills")
    with pytest.raises(CaseOpenAlready):
        market.submit(factory, listing_id)
    assert market.state_of(listing_id) is REJECTED
    market.withdraw(factory, listing_id)
    assert market.open_case(listing_id) is None


@pytest.mark.parametrize(
    ("lacks", "missing"),
    [
        ({"calendar": False}, ["calendar"]),
        ({"rates": False}, ["rate_card"]),
        ({"calendar": False, "rates": False}, ["calendar", "rate_card"]),
    ],
)
def test_an_incomplete_listing_is_told_what_it_lacks(market, lacks, missing):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, **lacks)

    with pytest.raises(ListingIncomplete) as refusal:
        market.submit(factory, listing_id)

    assert refusal.value.details["missing"] == missing
    assert market.state_of(listing_id) is DRAFT
    assert market.open_case(listing_id) is None


def test_rates_that_price_none_of_the_materials_are_not_enough(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory)
    with market.world.app.app_context(), transaction():
        queries.to_change(listing_id).work_centre.materials = ["brass"]

    with pytest.raises(ListingIncomplete) as refusal:
        market.submit(factory, listing_id)
    assert refusal.value.details["missing"] == ["material_prices"]


def test_a_work_centre_has_one_listing(market):
    factory = market.make_factory()
    centre_id = market.make_work_centre(factory)
    terms = service.DraftTerms(centre_id, "Three mills")
    with market.world.app.app_context(), transaction():
        service.draft(terms, by=factory.actor)

    with market.world.app.app_context(), pytest.raises(ListedAlready), transaction():
        service.draft(terms, by=factory.actor)


def test_a_listing_offers_only_the_factorys_own_work_centre(market):
    factory, other = market.make_factory(), market.make_factory()
    for centre_id in (market.make_work_centre(other), uuid4()):
        with market.world.app.app_context(), pytest.raises(WorkCentreNotYours), transaction():
            service.draft(service.DraftTerms(centre_id, "Not mine"), by=factory.actor)


def test_another_factorys_listing_does_not_exist(market):
    listing_id = market.make_listing(market.make_factory())
    with market.world.app.app_context(), pytest.raises(ListingNotFound):
        queries.for_factory(market.make_factory().actor, listing_id)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_managers_and_owners_write(market, make_member, role):
    factory = market.make_factory()
    listing_id = market.make_listing(factory)
    member = make_member(factory, role)

    for act in (
        lambda: market.submit(member, listing_id),
        lambda: market.withdraw(member, listing_id),
        lambda: market.edit(member, listing_id, title="Four mills"),
        lambda: market.make_listing(member),
        lambda: market.appeal(member, listing_id),
    ):
        with pytest.raises(RoleTooSmall):
            act()
    assert market.state_of(listing_id) is DRAFT


def test_only_live_listings_are_public(market):
    factory = market.make_factory()
    listings = {state: market.make_listing(factory, state) for state in ListingState}
    with market.world.app.app_context():
        for state, listing_id in listings.items():
            assert queries.stays_live(listing_id) is (state is LIVE)
            if state is LIVE:
                assert queries.for_anyone(listing_id).id == listing_id
            else:
                with pytest.raises(ListingNotFound):
                    queries.for_anyone(listing_id)


def test_every_refusal_of_a_listing_is_a_conflict_that_names_the_way_out():
    for refusal in (ListedAlready, ListingIncomplete, ListingNotEditable):
        assert issubclass(refusal, Conflict)
        assert refusal.__doc__
