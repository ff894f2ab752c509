"""Who is invited, to what they agree, and how they leave."""

from dataclasses import replace

import pytest

from marketplace.accounts.models import Organisation
from marketplace.capability.certificates import CertificateUnknown
from marketplace.capability.models import WorkCentre
from marketplace.kernel.actor import Role, RoleTooSmall
from marketplace.kernel.database import session
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.paging import PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import ListingState
from marketplace.parts.errors import RevisionNotFound, StillMeasuring, UnitsUnconfirmed
from marketplace.rfqs import asking
from marketplace.rfqs.errors import (
    AudienceUnclear,
    CentreNotCleared,
    DayOutOfReach,
    FactoryNotCleared,
    FactoryUnknown,
    InvitationNotFound,
    NdaTextDiffers,
    NobodyEligible,
    QuantitiesRepeat,
    RfqClosed,
    RfqNotFound,
    TermsNotAgreed,
)
from marketplace.rfqs.models import Audience
from marketplace.rfqs.queries import customers, factories
from marketplace.rfqs.states import BidState, InvitationState
from marketplace.workflows.pricing import drafting
from tests.scenes import BRACKET
from tests.tenders import NDA, in_days


def invited(app, tender, rfq):
    """The state of each invitation, by the factory's name."""
    with app.app_context():
        held = customers.for_customer(tender.customer.actor, rfq.id)
        found = customers.page_of_invitations(held, PageRequest(limit=100)).items
        return {each.factory.name: each.state for each in found}


def states(app, tender, rfq):
    with app.app_context():
        held = customers.for_customer(tender.customer.actor, rfq.id)
        return [each.state for each in customers.page_of_bids(held, PageRequest(limit=100)).items]


def test_every_factory_with_a_live_listing_that_fits_is_invited_once(app, tender, part, make_shop, scene):
    fits = make_shop("Fits")
    scene.shop(fits, name="Its second mill")
    make_shop("Wrong process", process="fdm", materials=("aluminium_6061",))
    make_shop("Wrong material", materials=("brass",))
    make_shop("Too small", envelope=(19, 60, 100))
    make_shop("Just enough", envelope=(100, 20, 60))
    for state in set(ListingState) - {ListingState.LIVE}:
        make_shop(f"Not live: {state}", state=state)

    rfq = tender.ask(part.id)

    assert set(invited(app, tender, rfq)) == {"Fits", "Just enough"}
    assert rfq.invited == 2


def test_where_the_process_is_left_open_every_process_with_the_material_fits(app, tender, part, make_shop):
    make_shop("Mill")
    make_shop("Printer", process="fdm", materials=("aluminium_6061",))

    assert set(invited(app, tender, tender.ask(part.id, processes=[]))) == {"Mill", "Printer"}


def test_f1_nationality_decides_about_no_invitation(app, tender, part, shops):
    def eligible():
        return set(invited(app, tender, tender.ask(part.id)))

    before = eligible()
    for country in ("BR", "ZA"):
        with app.app_context(), transaction():
            session().query(Organisation).update({Organisation.country: country})
        assert eligible() == before == {"Mill X", "Mill Y", "Mill Z"}


def test_open_geometry_and_a_rate_in_another_currency_are_no_hindrance(app, tender, customer, scene, make_shop):
    make_shop("Mill", currency="USD")
    open_mesh = scene.part(customer, replace(BRACKET, is_closed=False, volume_mm3=0.0))

    assert set(invited(app, tender, tender.ask(open_mesh.id))) == {"Mill"}


def test_a_part_that_is_not_measured_or_has_no_units_cannot_be_asked_for(tender, customer, scene, shops, world):
    with pytest.raises(StillMeasuring):
        tender.ask(scene.part(customer, None).id, *shops)
    with pytest.raises(UnitsUnconfirmed):
        tender.ask(scene.part(customer, units=None).id, *shops)
    with pytest.raises(RevisionNotFound):
        tender.ask(scene.part(world.make_organisation()).id, *shops)


def cleared(app, factory, *, certificates=()):
    """Let a factory's work centre see controlled files, and claim certificates."""
    with app.app_context(), transaction():
        session().query(WorkCentre).filter_by(organisation_id=factory.organisation_id).update(
            {WorkCentre.takes_controlled: True, WorkCentre.certificates: list(certificates)}
        )


def test_a_controlled_file_is_asked_for_only_where_it_may_be_seen(app, tender, part, shops):
    cleared(app, shops[1])

    assert set(invited(app, tender, tender.ask(part.id, is_controlled=True))) == {"Mill Y"}
    with pytest.raises(FactoryNotCleared) as refusal:
        tender.ask(part.id, *shops, is_controlled=True)
    barred = sorted(str(shop.organisation_id) for shop in (shops[0], shops[2]))
    assert refusal.value.details["barred"] == barred


def test_a_bid_for_a_controlled_file_is_by_a_work_centre_that_may_see_it(app, tender, part, shops, scene):
    cleared(app, shops[0])
    other = scene.shop(shops[0], name="Not cleared")
    rfq = tender.ask(part.id, shops[0], is_controlled=True)
    tender.agree(rfq, shops[0])

    with pytest.raises(CentreNotCleared):
        tender.bid(rfq, shops[0], work_centre_id=other.work_centre_id)
    with app.app_context(), pytest.raises(CentreNotCleared):
        drafting.draft(rfq.id, other.work_centre_id, 25, by=shops[0].actor)


def test_a_certificate_that_the_catalogue_has_not_is_named(tender, part, shops):
    with pytest.raises(CertificateUnknown, match="no certificate 'bogus'"):
        tender.ask(part.id, *shops, certificates=["iso_9001", "bogus"])


def test_a_process_named_thrice_is_asked_for_once(tender, part, shops):
    rfq = tender.ask(part.id, *shops, processes=["cnc_milling", "turning", "cnc_milling", "cnc_milling"])

    assert tender.now(rfq).processes == ["cnc_milling", "turning"]


@pytest.mark.parametrize(("days", "is_possible"), [(-2, False), (0, True), (730, True), (732, False), (900_000, False)])
def test_goods_are_wanted_between_today_and_two_years_from_now(tender, part, shops, days, is_possible):
    if is_possible:
        assert tender.ask(part.id, *shops, wanted_on=in_days(days)).wanted_on == in_days(days)
    else:
        with pytest.raises(DayOutOfReach):
            tender.ask(part.id, *shops, wanted_on=in_days(days))


def test_certificates_that_are_asked_for_are_those_of_the_eligible(app, tender, part, shops):
    cleared(app, shops[0], certificates=["iso_9001", "as_9100"])
    cleared(app, shops[1], certificates=["iso_9001"])

    assert set(invited(app, tender, tender.ask(part.id, certificates=["iso_9001"]))) == {"Mill X", "Mill Y"}
    assert set(invited(app, tender, tender.ask(part.id, certificates=["iso_9001", "as_9100"]))) == {"Mill X"}


def test_who_declined_is_asked_again_by_name_and_not_with_all_others(app, tender, rfq, shops):
    tender.decline(rfq, shops[0])
    tender.invite(rfq)
    assert invited(app, tender, rfq)["Mill X"] is InvitationState.DECLINED
    tender.invite(rfq, shops[0])
    assert invited(app, tender, rfq)["Mill X"] is InvitationState.INVITED


def test_factories_are_named_exactly_when_they_are_chosen(tender, part, shops):
    with pytest.raises(AudienceUnclear):
        tender.ask(part.id, audience=Audience.CHOSEN)
    with pytest.raises(AudienceUnclear):
        tender.ask(part.id, *shops, audience=Audience.ELIGIBLE)


def test_only_factories_that_list_something_can_be_chosen(tender, part, world, make_shop, shops):
    nobody, hidden = world.make_organisation(), make_shop("Hidden", state=ListingState.SUSPENDED)

    with pytest.raises(FactoryUnknown) as refusal:
        tender.ask(part.id, shops[0], nobody, hidden)
    assert refusal.value.details["unknown"] == sorted(map(str, (nobody.organisation_id, hidden.organisation_id)))


def test_where_nobody_is_eligible_nothing_is_asked(app, tender, part, shops):
    with pytest.raises(NobodyEligible):
        tender.ask(part.id, material="brass")
    with app.app_context():
        assert customers.page_for_customer(tender.customer.actor, PageRequest()).items == []


def test_a_quantity_is_named_once(tender, part, shops):
    with pytest.raises(QuantitiesRepeat):
        tender.ask(part.id, *shops, quantities=[25, 25])


def test_only_the_invited_know_of_a_request(app, tender, part, shops):
    rfq = tender.ask(part.id, shops[0])

    with pytest.raises(RfqNotFound):
        tender.agree(rfq, shops[1])
    with app.app_context():
        assert factories.page_for_factory(shops[1].actor, PageRequest()).items == []
        assert [each.rfq_id for each in factories.page_for_factory(shops[0].actor, PageRequest()).items] == [rfq.id]


def test_an_agreement_is_to_the_very_text_and_keeps_who_and_when(app, tender, part, shops):
    rfq = tender.ask(part.id, shops[0], nda_text=NDA)
    assert rfq.nda_sha256 == asking.nda_hash(NDA)

    for other in ("0" * 64, asking.nda_hash(NDA + " ")):
        with pytest.raises(NdaTextDiffers):
            tender.agree(rfq, shops[0], nda_sha256=other)
    tender.agree(rfq, shops[0])

    with app.app_context():
        place = factories.for_factory(shops[0].actor, rfq.id)
        assert (place.nda_sha256, place.agreed_by) == (asking.nda_hash(NDA), shops[0].user_id)
        assert place.agreed_at is not None


def test_where_no_agreement_is_asked_for_none_is_given(tender, part, shops):
    rfq = tender.ask(part.id, shops[0])

    with pytest.raises(NdaTextDiffers):
        tender.agree(rfq, shops[0], nda_sha256="0" * 64)


def test_agreeing_binds_the_organisation_so_a_manager_does_it(app, tender, part, shops, world):
    rfq = tender.ask(part.id, shops[0])

    with pytest.raises(RoleTooSmall):
        tender.agree(rfq, world.make_member(shops[0], Role.OPERATOR))
    tender.agree(rfq, world.make_member(shops[0], Role.MANAGER))
    assert invited(app, tender, rfq) == {"Mill X": InvitationState.ACCEPTED}


def test_agreeing_again_changes_nothing(app, tender, rfq, shops):
    with app.app_context():
        before = factories.for_factory(shops[0].actor, rfq.id).agreed_at
    tender.agree(rfq, shops[0])
    with app.app_context():
        assert factories.for_factory(shops[0].actor, rfq.id).agreed_at == before


def test_nobody_agrees_after_the_deadline(tender, part, shops, move_clock):
    rfq = tender.ask(part.id, shops[0])
    move_clock(rfq.closes_at - rfq.created_at + rfq.created_at.resolution)

    with pytest.raises(RfqClosed):
        tender.agree(rfq, shops[0])


def test_who_declines_says_why_and_their_bid_ends(app, tender, rfq, shops):
    tender.bid(rfq, shops[0])
    tender.decline(rfq, shops[0], reason="We are full.")

    assert states(app, tender, rfq) == [BidState.WITHDRAWN]
    with app.app_context():
        place = factories.for_factory(shops[0].actor, rfq.id)
        assert (place.state, place.declined_because) == (InvitationState.DECLINED, "We are full.")
    with pytest.raises(IllegalMove, match="cannot become accepted: the customer may invite the factory again"):
        tender.agree(rfq, shops[0])
    with pytest.raises(IllegalMove):
        tender.decline(rfq, shops[0])
    with pytest.raises(TermsNotAgreed):
        tender.bid(rfq, shops[0])


def test_who_was_out_can_be_asked_again_and_agrees_anew(app, tender, part, shops):
    rfq = tender.ask(part.id, *shops, nda_text=NDA)
    tender.agree(rfq, *shops)
    tender.decline(rfq, shops[0])
    tender.uninvite(rfq, shops[1])
    tender.invite(rfq, *shops)

    assert invited(app, tender, rfq) == {
        "Mill X": InvitationState.INVITED,
        "Mill Y": InvitationState.INVITED,
        "Mill Z": InvitationState.ACCEPTED,
    }
    with app.app_context():
        place = factories.for_factory(shops[0].actor, rfq.id)
        assert (place.agreed_at, place.declined_because, place.may_view) == (None, None, False)
    tender.agree(rfq, shops[0])
    with app.app_context():
        assert factories.for_factory(shops[0].actor, rfq.id).may_view


def test_inviting_more_counts_them(tender, part, shops):
    rfq = tender.ask(part.id, shops[0])
    tender.invite(rfq, *shops[:2])
    assert tender.now(rfq).invited == 2
    tender.invite(rfq)
    assert tender.now(rfq).invited == 3


def test_an_invitation_that_is_taken_back_ends_bids(app, tender, rfq, shops):
    tender.bid(rfq, shops[0])
    tender.uninvite(rfq, shops[0])

    assert states(app, tender, rfq) == [BidState.WITHDRAWN]
    with pytest.raises(TermsNotAgreed):
        tender.bid(rfq, shops[0])
    with pytest.raises(IllegalMove):
        tender.uninvite(rfq, shops[0])


def test_only_who_was_invited_is_uninvited(tender, part, shops):
    rfq = tender.ask(part.id, shops[0])
    with pytest.raises(InvitationNotFound):
        tender.uninvite(rfq, shops[1])
