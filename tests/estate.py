"""One thing of every kind, all owned by one organisation: what foreign actors try to reach (A1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from blueprints.http.ports import ports
from marketplace.accounts import invitations, queries, tokens
from marketplace.accounts.invitations import NewInvitation
from marketplace.accounts.models import ApiToken, LogIn, Organisation
from marketplace.accounts.secrets import digest
from marketplace.accounts.tokens import NewToken, Scope
from marketplace.attachments import queries as attachments
from marketplace.attachments.models import SeenBy
from marketplace.calendars import service as calendar_service
from marketplace.calendars.models import ExceptionKind
from marketplace.calendars.service import BreakdownTerms, ExceptionTerms
from marketplace.capability import queries as capability
from marketplace.claims.models import Claim, Remeasurement, Remedy
from marketplace.claims.states import RemeasurementState
from marketplace.costing.rates import Charges
from marketplace.disputes.models import Dispute, Evidence
from marketplace.disputes.states import DisputeState
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.values import Units
from marketplace.invoicing import service as issuing
from marketplace.invoicing.facts import Occasion, Platform
from marketplace.invoicing.models import Document, DocumentKind
from marketplace.invoicing.rules import Due
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import ListingState
from marketplace.messages import asking
from marketplace.notifications.models import Notice
from marketplace.orders import making
from marketplace.orders import queries as orders
from marketplace.orders.models import Change, Job, Order, Side
from marketplace.orders.states import FirstArticleGate
from marketplace.parts import service as parts
from marketplace.parts.models import Revision
from marketplace.payments import inbox
from marketplace.payments.models import (
    Freeze,
    FreezeWhy,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PayoutAccount,
    Rail,
)
from marketplace.payments.ports import EventSeen
from marketplace.payouts.models import BankPayment, Batch, Destination
from marketplace.production.models import FirstArticle, Subcontract
from marketplace.production.states import SubcontractState
from marketplace.quality.models import Record
from marketplace.quoting import queries as quotes
from marketplace.quoting.service import Requirement
from marketplace.reconciliation import models as compared
from marketplace.reconciliation import service as reconciliation
from marketplace.reconciliation.states import DifferenceKind
from marketplace.reconciliation.values import Finding
from marketplace.refunds.models import StaffRefund, StaffRefundPart
from marketplace.reviews.models import Review
from marketplace.rfqs.models import Opening
from marketplace.spare import subscribing
from marketplace.spare.subscribing import SubscriptionTerms
from marketplace.taxes.models import TaxRegistration
from marketplace.taxes.values import Supply
from marketplace.workflows import attaching, intake
from marketplace.workflows.ordering import checkout
from marketplace.workflows.pricing import calibrating, quoting
from marketplace.workflows.shop_floor import breakdowns, calendars, importing_calendars
from tests.inspections import bench, recorded
from tests.market import Market
from tests.scenes import BRACKET, Scene
from tests.tenders import NDA, Tender
from tests.uploads import PICTURES, STL, stream
from tests.worlds import Person, World

BOTH = ("customer", "factory")
EVERYTHING = (Scope.CUSTOMER, Scope.FACTORY)


@dataclass(frozen=True)
class Estate:
    """An owner, and the ids of their things by the names that paths and bodies have for them."""

    world: World
    owner: Person
    staff: Person
    ids: dict[str, str]

    @property
    def uuids(self) -> list[str]:
        """Names whose ids cannot occur anywhere by chance."""
        return [name for name, each in self.ids.items() if name.endswith("_id") and len(each) == 36]

    def token(self, person: Person, *scopes: Scope, ends_in: timedelta = timedelta(days=1)) -> str:
        """The secret of a new API token of somebody."""
        with self.world.app.app_context(), transaction():
            made, secret = tokens.create(
                NewToken(name="Planning", scopes=list(scopes), expires_in_days=1), by=person.actor
            )
            made.expires_at = clock.now() + ends_in
        return secret

    def revoke(self, secret: str) -> str:
        """End a token; its secret again."""
        with self.world.app.app_context(), transaction():
            token = session().query(ApiToken).filter_by(secret_hash=digest(secret)).one()
            tokens.revoke(token, by=self.owner.actor)
        return secret


def build(app: Flask) -> Estate:
    """Make it all, committed."""
    world, scene = World(app), Scene(app)
    owner, staff = world.make_organisation("Arkwright", hats=BOTH), world.make_staff()
    ids = _listed(Market(world, staff), owner) | _bought(scene, owner)
    ids |= _tendered(app, owner, UUID(ids["revision_id"])) | _of_the_house(app)
    ids |= _attached(app, owner, UUID(ids["order_id"]), UUID(ids["job_id"])) | _shipped(scene, owner)
    ids |= _by_bank(app, owner, UUID(ids["order_id"]))
    estate = Estate(world, owner, staff, ids)
    ids.update(_people(estate))
    return estate


def _people(estate: Estate) -> dict[str, str]:
    world, owner = estate.world, estate.owner
    colleague = world.make_member(owner, Role.OPERATOR)
    login, token = digest(world.log_in(owner)), digest(estate.token(owner, *EVERYTHING))
    with world.app.app_context(), transaction():
        place = queries.membership(owner.actor, owner.organisation_id)
        terms = NewInvitation(email="invited@example.test", role=Role.OPERATOR)
        invitation, code = invitations.invite(place, terms, by=owner.actor)
        session().add(PayoutAccount(organisation_id=owner.organisation_id, opened_at=clock.now()))
        registration = TaxRegistration(
            id=new_id(),
            organisation_id=owner.organisation_id,
            country="FR",
            number="FR40303265045",
            valid_from=date(2020, 1, 1),
            registered_by=owner.user_id,
        )
        session().add(registration)
        return {
            "registration_id": str(registration.id),
            "organisation_id": str(owner.organisation_id),
            "user_id": str(colleague.user_id),
            "invitation_id": str(invitation.id),
            "code": code,
            "session_id": str(session().query(LogIn).filter_by(secret_hash=login).one().id),
            "notice_id": str(session().query(Notice).filter_by(organisation_id=owner.organisation_id).first().id),
            "token_id": str(session().query(ApiToken).filter_by(secret_hash=token).one().id),
        }


def _listed(market: Market, owner: Person) -> dict[str, str]:
    """Work centres with their cards; a listing that was approved, and one whose case is open."""
    submitted = market.make_listing(owner, ListingState.SUBMITTED)
    centre_id = market.make_work_centre(owner)
    return {
        "listing_id": str(market.make_listing(owner, ListingState.LIVE)),
        "work_centre_id": str(centre_id),
        "calibration_id": str(_calibrated(market.world.app, owner, centre_id)),
        **_in_its_calendar(market.world.app, owner, centre_id),
        "case_id": str(market.open_case(submitted)),
    }


def _in_its_calendar(app: Flask, owner: Person, centre_id: UUID) -> dict[str, str]:
    """A closure, a breakdown, another calendar and a link."""
    now = clock.now()
    tomorrow = now.date() + timedelta(days=1)  # today is over where midnight has passed already
    closed = ExceptionTerms(ExceptionKind.CLOSURE, tomorrow, tomorrow + timedelta(days=8), "Works holiday")
    down = BreakdownTerms(machines=1, starts_at=now, until=now + timedelta(days=2), reason="Spindle")
    with app.app_context(), transaction():
        centre = capability.work_centre_to_change(owner.actor, centre_id)
        rows = {
            "exception_id": calendars.except_days(centre, closed, by=owner.actor)[0],
            "breakdown_id": breakdowns.report(centre, down, by=owner.actor),
            "calendar_import_id": importing_calendars.subscribe(
                centre, "Plan", "https://calendar.example/a.ics", by=owner.actor
            ),
            "link_id": calendar_service.link(centre, "Hall", by=owner.actor)[0],
        }
        return {name: str(row.id) for name, row in rows.items()}


def _calibrated(app: Flask, owner: Person, centre_id: UUID) -> UUID:
    """A calibration that waits for its decision."""
    shape = calibrating.ShapeTold(volume_mm3=60_000, area_mm2=20_000, box_mm=(100, 60, 20))
    job = calibrating.JobTold(material="aluminium_6061", quantity=10, shape=shape, machine_min=410)
    with app.app_context(), transaction():
        centre = capability.work_centre_to_change(owner.actor, centre_id)
        return calibrating.propose(centre, calibrating.JobsTold([job] * 5), by=owner.actor).id


def _bought(scene: Scene, owner: Person) -> dict[str, str]:
    """A part with a stored file, a quote of it, and a paid order with an offered job; at their own shop."""
    shop = scene.shop(owner)
    with scene.app.app_context():
        sent = intake.Upload(stream=stream(STL), file_name="clip.stl", name="Clip")
        part = intake.receive(sent, store=ports().files, most_bytes=10**6, by=owner.actor)
    with scene.app.app_context(), transaction():
        revision = session().query(Revision).filter_by(part_id=part.id).one()
        parts.settle(revision, Measured(BRACKET, PICTURES))
        revision.units = Units.MM
    quote_id, offer_id = _quoted(scene.app, owner, revision.id, shop.owner.organisation_id)
    with scene.app.app_context(), transaction():
        order_id = checkout.place(
            checkout.Basket([checkout.Choice(quote_id, offer_id)]), by=owner.actor, payment_minutes=30
        ).id
    with scene.app.app_context():
        answer = ports().files.store(BytesIO(b"%PDF-1.7\n%%EOF\n"), most_bytes=100, sniff=lambda _: "pdf")
    with scene.app.app_context(), transaction():
        order = orders.to_change(order_id)
        making.mark_paid(order, by=SYSTEM)
        job_id = order.jobs[0].id
        record = recorded(order.jobs[0], by=owner.actor)
        record_id = record.id
        subcontract_id = _made(order.jobs[0], record, owner)
        operation_id = _failed_operation(order_id)
        dispute_id = _dispute_of(order_id, owner, answer=answer.sha256)
        session().add(_change_of(order.jobs[0], owner))
        claim = _claim_of(order.jobs[0], owner)
        session().add(claim)
        claim_id, remeasurement_id = claim.id, claim.remeasurement.id
        review, answered = (_review_of(order.jobs[0], owner, side) for side in Side)
        session().add_all([review, answered])
        refund = _refund_of(order, owner)
        session().add(refund)
        refund_id = refund.id
        document_id = _invoiced(order, owner).id
    ids = {"part_id": part.id, "revision_id": revision.id, "quote_id": quote_id, "offer_id": offer_id}
    ids |= {"order_id": order_id, "job_id": job_id, "record_id": record_id, "operation_id": operation_id}
    ids |= {"subcontract_id": subcontract_id}
    ids |= {"dispute_id": dispute_id}
    ids |= {"claim_id": claim_id, "remeasurement_id": remeasurement_id, "review_id": review.id}
    ids |= {"refund_id": refund_id, "document_id": document_id}
    ids |= {"slot_id": scene.slot(shop, offered_min=2_000).id, "subscription_id": _subscribed(scene.app, owner)}
    return {name: str(each) for name, each in ids.items()}


def _shipped(scene: Scene, owner: Person) -> dict[str, str]:
    """Another order, whose goods have left in part."""
    job = bench(scene, owner, owner).accept()
    ids = {"order_id": job.order_id, "job_id": job.job_id, "shipment_id": job.ship(pieces=1)}
    papers = [f"factory_shipments.{paper}" for paper in ("packing_list", "labels", "label")]
    return {
        f"{paper}:{name}": str(each)
        for paper in (*papers, "customer_shipments.packing_list")
        for name, each in ids.items()
    }


def _subscribed(app: Flask, owner: Person) -> UUID:
    """What capacity they want to be told of."""
    with app.app_context(), transaction():
        return subscribing.subscribe(SubscriptionTerms(process="cnc_milling"), by=owner.actor).id


def _change_of(job: Job, owner: Person) -> Change:
    """Other terms that were proposed as factory, and wait for an answer as customer."""
    return Change(
        id=new_id(),
        job_id=job.id,
        number=1,
        side=Side.FACTORY,
        proposed_by=owner.user_id,
        what="In another colour.",
        total_minor=job.total_minor,
        price_minor=job.price_minor,
        ships_on=job.ships_on,
        before_total_minor=job.total_minor,
        before_price_minor=job.price_minor,
        before_ships_on=job.ships_on,
    )


def _made(job: Job, record: Record, owner: Person) -> UUID:
    """A first article that was handed over as factory and waits for an answer as customer.

    And two operations to be done elsewhere, of which one waits likewise; the other, whose id this is, is the owner's.
    """
    now = clock.now()
    article = FirstArticle(job_id=job.id, number=1, record_id=record.id, last_entry=record.last_entry, piece=1)
    article.is_conforming, article.note, article.handed_over_by = True, "", owner.user_id
    article.answer_by = article.remind_at = now + timedelta(days=3)
    job.first_article, job.is_subcontracted = FirstArticleGate.HANDED_OVER, True
    proposed, given = (
        Subcontract(
            id=new_id(),
            job_id=job.id,
            number=number,
            operation=number,
            operation_name="Rough mill",
            factory_id=job.factory_id,
            subcontractor_id=job.factory_id,
            company="Arkwright",
            what="Our mill is down.",
            proposed_by=owner.user_id,
        )
        for number in (1, 2)
    )
    given.state, given.agreed_at, given.agreed_by, given.shares_file = SubcontractState.AGREED, now, owner.user_id, True
    session().add_all([article, proposed, given])
    return given.id


def _claim_of(job: Job, owner: Person) -> Claim:
    """A complaint as customer, with a re-measurement that the owner is named for as factory."""
    claim = Claim(
        id=new_id(),
        job_id=job.id,
        number=1,
        claimed_by=owner.user_id,
        text="Too wide.",
        pieces=1,
        wanted=Remedy.REMAKE,
        look_until=clock.now(),
        answer_by=clock.now() + timedelta(days=5),
    )
    claim.remeasurement = Remeasurement(
        id=new_id(),
        side=Side.CUSTOMER,
        asked_by=owner.user_id,
        why="We differ.",
        state=RemeasurementState.NAMED,
        factory_id=owner.organisation_id,
        named_by=owner.user_id,
    )
    return claim


def _refund_of(order: Order, owner: Person) -> StaffRefund:
    """What the staff would give back of the order, and another of them has to agree to."""
    refund = StaffRefund(id=new_id(), order_id=order.id, reason="It came late.", currency="EUR", amount_minor=100)
    refund.is_above_limit, refund.proposed_by = True, owner.user_id
    refund.parts = [StaffRefundPart(job_id=order.jobs[0].id, currency="EUR", amount_minor=100)]
    return refund


def _invoiced(order: Order, owner: Person) -> Document:
    """An invoice of theirs to themselves: as factory they issued it, as customer they got it."""
    (job,) = order.jobs
    due = Due(DocumentKind.INVOICE, Supply.GOODS, 0, len(job.shares), order.total_minor, 0, "ordered")
    party = session().get_one(Organisation, owner.organisation_id)
    today = clock.now().date()
    platform = Platform("Commonforge", None)
    return issuing.issue(
        due, Occasion(job, order, order.lines[0], "Bracket", None, party, party, platform, today, today)
    )


def _review_of(job: Job, owner: Person, side: Side) -> Review:
    """What the owner says on one side of themselves on the other, public."""
    return Review(
        id=new_id(),
        job_id=job.id,
        side=side,
        of_id=job.factory_id,
        written_by=owner.user_id,
        quality=5,
        communication=4,
        text="Good.",
        public_from=clock.now(),
    )


def _tendered(app: Flask, owner: Person, revision_id: UUID) -> dict[str, str]:
    """A request for quotation with its file open, a question and a bid: the owner asks their own factory."""
    tender = Tender(app, owner)
    rfq = tender.ask(revision_id, hides_customer=True, hides_factories=True, nda_text=NDA, opens=Opening.DOWNLOAD)
    tender.agree(rfq, owner)
    question, bid = tender.question(rfq, owner), tender.bid(rfq, owner)
    ids = {"rfq_id": rfq.id, "question_id": question.id, "bid_id": bid.id, "factory_id": owner.organisation_id}
    return {name: str(each) for name, each in ids.items()}


def _attached(app: Flask, owner: Person, order_id: UUID, job_id: UUID) -> dict[str, str]:
    """A file that a claim shows and a question beside the job, and a file beside the order for the staff."""
    for_all = partial(attachments.place_of_customer, owner.actor, order_id)
    made = {}
    for name, find in (
        ("attachment_id", partial(for_all, job_id=job_id)),
        ("admin_attachments.download:attachment_id", partial(for_all, seen_by=SeenBy.STAFF)),
    ):
        with app.app_context():
            upload = intake.Upload(stream=stream(STL), file_name="clip.stl")
            made[name] = str(attaching.attach(upload, find, store=ports().files, by=owner.actor).id)
    with app.app_context(), transaction():
        session().query(Claim).filter_by(job_id=job_id).one().attachment_ids = [UUID(made["attachment_id"])]
    return made | _asked(app, owner, job_id)


def _asked(app: Flask, owner: Person, job_id: UUID) -> dict[str, str]:
    """A question on the job."""
    with app.app_context(), transaction():
        question = asking.ask(orders.for_factory_to_change(owner.actor, job_id), text="Why?", by=owner.actor)
    return dict.fromkeys(
        ("customer_questions.answer:question_id", "factory_questions.withdraw:question_id"), str(question.id)
    )


def _dispute_of(order_id: UUID, owner: Person, *, answer: str) -> UUID:
    """Their own bank looks at what they paid, and at the answer that was sent to it."""
    payment = session().query(Payment).filter_by(order_id=order_id).one()
    dispute = Dispute(id=new_id(), provider_id=f"du_{order_id.hex}", payment_id=payment.id, reason="general")
    dispute.state, dispute.looked_at = DisputeState.UNDER_REVIEW, clock.now()
    dispute.currency, dispute.amount_minor = payment.currency, payment.amount_minor
    evidence = Evidence(dispute_id=dispute.id, number=1, to_inquiry=False, statement="", facts={}, size_bytes=1)
    evidence.made_by, evidence.sha256 = owner.user_id, answer
    session().add_all([dispute, evidence])
    return dispute.id


def _failed_operation(order_id: UUID) -> UUID:
    """Something that the payment provider refused for good."""
    operation = Operation(
        id=new_id(),
        kind=OperationKind.CANCEL_INTENT,
        reason=f"cancel:{order_id}",
        payment_id=session().query(Payment).filter_by(order_id=order_id).one().id,
        amount_minor=0,
        currency="EUR",
        state=OperationState.FAILED,
    )
    session().add(operation)
    return operation.id


def _by_bank(app: Flask, owner: Person, order_id: UUID) -> dict[str, str]:
    """A bank account that was given lately, a payment to it in a batch that nobody has approved, and a freeze."""
    with app.app_context(), transaction():
        payment_id = session().query(Payment).filter_by(order_id=order_id).one().id
        party = owner.organisation_id
        operation = Operation(
            id=new_id(),
            kind=OperationKind.TRANSFER,
            reason=f"transfer:{order_id}:{party}:{payment_id}",
            payment_id=payment_id,
            party_id=party,
            amount_minor=1_000,
            currency="EUR",
        )
        home = Destination(id=new_id(), organisation_id=party, rail=Rail.MANUAL_BANK, sealed="x", shown="DE A… …3000")
        home.set_by, home.held_until = owner.user_id, clock.now() + timedelta(days=2)
        batch = Batch(id=new_id(), currency="EUR", made_by=owner.user_id)
        freeze = Freeze(id=new_id(), organisation_id=party, why=FreezeWhy.STAFF, cause=str(order_id))
        session().add_all([operation, home, batch, freeze])
        session().flush()
        payment = BankPayment(id=new_id(), batch_id=batch.id, operation_id=operation.id, organisation_id=party)
        payment.destination_id, payment.amount_minor, payment.currency = home.id, 1_000, "EUR"
        session().add(payment)
        ids = {"destination_id": home.id, "batch_id": batch.id, "payment_id": payment.id, "freeze_id": freeze.id}
        return {name: str(each) for name, each in ids.items()}


def _quoted(app: Flask, owner: Person, revision_id: UUID, factory_id: UUID) -> tuple[UUID, UUID]:
    wanted = Requirement(
        revision_id=revision_id,
        process="cnc_milling",
        material="aluminium_6061",
        quantity=25,
        currency="EUR",
    )
    with app.app_context(), transaction():
        quote_id = quoting.ask(wanted, by=owner.actor, charges=Charges(fee_bps=800), valid_days=7).id
    with app.app_context():
        offers = quotes.for_customer(owner.actor, quote_id).offers
        return quote_id, next(each.id for each in offers if each.factory_id == factory_id)


def _of_the_house(app: Flask) -> dict[str, str]:
    """An event of the payment provider, a job in the queue, a comparison of books and what it found."""
    event_id = f"evt_{clock.now().timestamp()}".replace(".", "")
    with app.app_context(), transaction():
        inbox.receive(EventSeen(event_id, "payment_intent.succeeded", "2026-01-01", True, {"id": event_id}))
        found = Finding(DifferenceKind.ENDPOINT, about=event_id, says="The provider tells no events to this address.")
        counted = dict.fromkeys(("movements", "journals", "adopted", "under_way", "events_filled"), 0)
        looked = {"since": None, "until": clock.now()}
        run = reconciliation.record(compared.Scope.WHOLE, [found], totals=[], counted=counted | looked)
        difference = session().query(compared.Difference).filter_by(found_in=run.id).one()
    with app.app_context():
        number = session().execute(text("select max(id) from procrastinate_jobs")).scalar_one()
    return {
        "event_id": event_id,
        "admin_jobs.retry:number": str(number),
        "number": "1",
        "reconciliation_id": str(run.id),
        "difference_id": str(difference.id),
    }
