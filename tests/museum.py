"""One row of every table, consistent with every constraint: for tests of migrations and of whole-database checks."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert

from marketplace.accounts.models import (
    ApiToken,
    Invitation,
    LogIn,
    Member,
    NumberKind,
    Organisation,
    OrganisationKind,
    User,
    Verification,
    throttles,
)
from marketplace.attachments import models as beside
from marketplace.attachments.kinds import AttachmentKind
from marketplace.attachments.models import Attachment, SeenBy
from marketplace.audit.models import AuditEvent
from marketplace.calendars.models import (
    Breakdown,
    BreakdownSource,
    BusySpan,
    CalendarException,
    CalendarLink,
    ExceptionKind,
    ImportedCalendar,
)
from marketplace.calibration.models import Calibration
from marketplace.capability.models import OnwardStep, RateCard, Shift, WorkCentre
from marketplace.capacity.models import CapacityDay, CapacityRise, Hold, HoldLine, JobPlanChange, PlanChange, PlanMove
from marketplace.claims.models import Claim, Remeasurement, Remedy
from marketplace.claims.states import ClaimState, RemeasurementState
from marketplace.disputes.models import Dispute, Evidence
from marketplace.disputes.states import DisputeState
from marketplace.fees.models import FeeRate
from marketplace.geometry.values import FileKind, Units
from marketplace.idempotency.models import IdempotencyKey
from marketplace.invoicing.models import Document, DocumentKind, Series
from marketplace.kernel.actor import Credential, Role
from marketplace.kernel.database import Base, session
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import StateMove
from marketplace.ledger.models import Account, AccountKind, Journal, Posting
from marketplace.listings.models import Listing
from marketplace.messages.models import (
    ClockStart,
    ClockStop,
    JobQuestion,
    JobQuestionClosing,
    Message,
    MessageAttachment,
    MessageMark,
    QuestionEnd,
)
from marketplace.moderation.models import Case, CaseKind, CaseState, Decision, Outcome
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.models import Notice, NoticeMail, NoticeRead, NoticeSettings
from marketplace.orders.models import (
    Change,
    Job,
    Order,
    OrderLine,
    Parcel,
    ProductionReport,
    Share,
    ShareKind,
    Shipment,
    Side,
)
from marketplace.orders.states import FirstArticleGate
from marketplace.parts.models import (
    FileAccess,
    FileMeasurement,
    Part,
    Preview,
    Revision,
    RevisionState,
    Seen,
    StoredFile,
)
from marketplace.payments.models import (
    BankPayout,
    BankPayoutState,
    Freeze,
    FreezeWhy,
    Method,
    Operation,
    OperationKind,
    Payment,
    PayoutAccount,
    PayoutSchedule,
    ProviderEvent,
    Rail,
    Release,
    ReleaseState,
    Terms,
    TermsLimit,
    WayState,
    WayToPay,
)
from marketplace.payouts.models import (
    Approval,
    BankPayment,
    BankPaymentState,
    Batch,
    BatchState,
    Destination,
    PayoutAlert,
)
from marketplace.production.models import (
    FirstArticle,
    Milestone,
    OperationReport,
    OperationReportAttachment,
    Subcontract,
)
from marketplace.production.states import FirstArticleState, SubcontractState
from marketplace.quality.models import Entry, Inspection, Record, RecordKey
from marketplace.quality.values import EntryKind, Stage
from marketplace.quoting.models import Offer, Quote, QuoteState, RankBy
from marketplace.reconciliation.models import Difference, Reconciliation, Scope
from marketplace.reconciliation.states import DifferenceKind
from marketplace.refunds.models import StaffRefund, StaffRefundPart
from marketplace.refunds.states import StaffRefundState
from marketplace.reputation.models import ExcusedDelay, ReputationMean
from marketplace.reputation.values import Cause, FigureName
from marketplace.reviews.models import Review
from marketplace.rfqs.models import Audience, Bid, Deadline, DeadlineMove, Opening, Question, Rfq, RfqInvitation
from marketplace.rfqs.states import BidState, InvitationState, QuestionState, RfqState
from marketplace.spare.models import SpareSale, SpareSlot, Subscription, SubscriptionMatch
from marketplace.taxes.models import TaxRate, TaxRegistration
from marketplace.taxes.values import Supply

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=14)
DAY = date(2027, 3, 2)
SHA = "0" * 64


def furnish() -> None:
    """Add the rows, each after those that it points to; the caller's transaction commits them."""
    user = User(id=new_id(), email="ada@example.test", name="Ada", password_hash="x")
    shop = Organisation(
        id=new_id(), name="Shop", kind=OrganisationKind.COMPANY, country="DE", hats=["factory", "customer"]
    )
    _add(user, shop)
    _accounts(user, shop)
    _taxed(user, shop)
    centre, card, listing = _capacity(user, shop)
    bench = _onward(shop, centre)
    revision = _parts(user, shop)
    offer = _quote(user, shop, revision, listing, card)
    _tender(user, shop, revision, listing)
    order = _order(user, shop, offer, revision, centre, bench)
    _money(user, shop, order)
    _by_bank(user, shop)
    _disputed(user, order)
    _moderation(user, shop, listing)
    _around(user, shop, order)
    _spare(shop, listing)
    _add(
        AuditEvent(
            verb="a.fact",
            subject_kind="orders",
            subject_id=order.id,
            user_id=user.id,
            organisation_id=shop.id,
            credential=Credential.SESSION,
            details={},
        ),
        StateMove(subject_kind="orders", subject_id=order.id, from_state="a", to_state="b"),
        IdempotencyKey(caller_id=shop.id, operation="x", key="k", fingerprint="f", subject_id=order.id),
    )


def _disputed(user: User, order: Order) -> None:
    """The bank asks about a payment, and an answer is gathered."""
    payment = session().query(Payment).filter_by(order_id=order.id).one()
    dispute = Dispute(
        id=new_id(),
        provider_id="du_1",
        payment_id=payment.id,
        reason="general",
        state=DisputeState.INQUIRY,
        currency="EUR",
        amount_minor=1080,
        looked_at=NOW,
    )
    _add(dispute)
    gathered = {"facts": {"product_description": "Brackets"}, "sha256": SHA, "size_bytes": 1}
    _add(
        Evidence(
            dispute_id=dispute.id, number=1, to_inquiry=True, made_by=user.id, statement="It was delivered.", **gathered
        )
    )


def _spare(shop: Organisation, listing: Listing) -> None:
    """A slot of which an order holds minutes, and a subscription that found it."""
    slot = SpareSlot(
        id=new_id(),
        listing_id=listing.id,
        organisation_id=shop.id,
        work_centre_id=listing.work_centre_id,
        process="cnc_milling",
        first_day=DAY,
        last_day=DAY,
        offered_min=120,
        sold_min=60,
        discount_bps=2_000,
        closes_at=NOW,
    )
    sale = SpareSale(hold_id=session().query(Hold).one().id, slot_id=slot.id, minutes=60)
    wants = Subscription(id=new_id(), organisation_id=shop.id, process="cnc_milling")
    _add(slot, sale, wants)
    _add(SubscriptionMatch(subscription_id=wants.id, listing_id=listing.id, slot_id=slot.id))


def _around(user: User, shop: Organisation, order: Order) -> None:
    """What people say and lay beside an order."""
    _add(
        Attachment(
            organisation_id=shop.id,
            uploaded_by=user.id,
            side=beside.Side.CUSTOMER,
            order_id=order.id,
            seen_by=SeenBy.PARTIES,
            name="drawing.pdf",
            kind=AttachmentKind.PDF,
            size_bytes=1,
            sha256=SHA,
        ),
    )
    message = Message(
        id=new_id(),
        order_id=order.id,
        side=beside.Side.CUSTOMER,
        organisation_id=shop.id,
        written_by=user.id,
        text="Hello.",
    )
    attachment = session().query(Attachment).one()
    _asked(user, order)
    _add(message, MessageMark(thread_id=order.id, user_id=user.id, side=beside.Side.CUSTOMER, read_until=NOW))
    _add(MessageAttachment(message_id=message.id, attachment_id=attachment.id))
    _produced(user, order, attachment)
    notice = Notice(
        id=new_id(),
        organisation_id=shop.id,
        kind=NoticeKind.ORDER_CANCELLED,
        subject_kind="orders",
        subject_id=order.id,
        text="Ordered twice.",
    )
    _add(notice, NoticeSettings(user_id=user.id, wants_mail=False))
    _add(NoticeRead(user_id=user.id, notice_id=notice.id), NoticeMail(user_id=user.id, notice_id=notice.id))


def _produced(user: User, order: Order, photo: Attachment) -> None:
    """A first article that was rejected, an operation of the job that somebody else has done, and a photo of it."""
    job = session().query(Job).filter_by(order_id=order.id).one()
    given = Subcontract(
        id=new_id(),
        job_id=job.id,
        number=1,
        operation=1,
        operation_name="Anodise",
        factory_id=job.factory_id,
        company="Elox AG, Linz",
        what="Clear, 10 µm.",
        proposed_by=user.id,
        state=SubcontractState.DONE,
        shares_file=True,
        agreed_at=NOW,
        agreed_by=user.id,
    )
    _add(
        FirstArticle(
            job_id=job.id,
            number=1,
            state=FirstArticleState.REJECTED,
            record_id=session().query(Record).one().id,
            last_entry=1,
            piece=1,
            is_conforming=True,
            note="",
            handed_over_by=user.id,
            answer_by=LATER,
            answer="Burrs.",
            answered_by=user.id,
            answered_at=LATER,
        ),
        given,
    )
    done = OperationReport(
        id=new_id(),
        job_id=job.id,
        operation=1,
        milestone=Milestone.FINISHED,
        reported_by=user.id,
        minutes=95,
        shows_minutes=True,
        note="",
        subcontract_id=given.id,
    )
    _add(done, OperationReportAttachment(report_id=done.id, attachment_id=photo.id))


def _asked(user: User, order: Order) -> None:
    """A question on the job, which stopped its clock, and the answer."""
    job = session().query(Job).filter_by(order_id=order.id).one()
    question = JobQuestion(id=new_id(), job_id=job.id, asked_by=user.id, text="Which side is up?")
    stop = ClockStop(id=new_id(), job_id=job.id, question_id=question.id, answer_by=NOW, ships_on=DAY)
    _add(question)
    _add(
        JobQuestionClosing(
            question_id=question.id, end=QuestionEnd.ANSWERED, answer="Any.", closed_by=user.id, closed_at=LATER
        ),
        stop,
    )
    _add(ClockStart(stop_id=stop.id, restarted_at=LATER, answer_by=LATER, ships_on=DAY))


def _add(*rows: Base) -> None:
    for row in rows:
        session().add(row)
        session().flush()


def _accounts(user: User, shop: Organisation) -> None:
    _add(
        Member(organisation_id=shop.id, user_id=user.id, role=Role.OWNER, joined_at=NOW),
        Invitation(
            organisation_id=shop.id,
            email="b@example.test",
            role=Role.VIEWER,
            code_hash="c",
            invited_by=user.id,
            expires_at=LATER,
        ),
        LogIn(user_id=user.id, secret_hash="s", expires_at=LATER, user_agent=""),
        ApiToken(
            organisation_id=shop.id,
            user_id=user.id,
            name="t",
            prefix="cf_abc",
            secret_hash="t",
            scopes=["customer"],
            expires_at=LATER,
        ),
    )
    session().execute(insert(throttles).values(key="k", next_at=NOW))


def _taxed(user: User, shop: Organisation) -> None:
    """Where the shop is registered for tax, a rate and a fee that were decided."""
    far, reason = date(2199, 1, 1), "The law gazette says so."
    _add(
        TaxRegistration(
            organisation_id=shop.id, country="DE", number="DE136695976", valid_from=DAY, registered_by=user.id
        ),
        TaxRate(country="DE", goods_bps=2_000, services_bps=2_000, valid_from=far, reason=reason, decided_by=user.id),
        FeeRate(organisation_id=shop.id, fee_bps=500, valid_from=far, reason=reason, decided_by=user.id),
    )


def _capacity(user: User, shop: Organisation) -> tuple[WorkCentre, RateCard, Listing]:
    centre = WorkCentre(
        id=new_id(),
        organisation_id=shop.id,
        name="Mill",
        process="cnc_milling",
        machines=1,
        envelope_mm=[100, 200, 300],
        materials=["aluminium_6061"],
        time_zone="Europe/Berlin",
        constants={"setup_time": 20},
        spread={"time_low_bps": 8_000, "time_high_bps": 12_000},
    )
    card = RateCard(
        id=new_id(),
        work_centre_id=centre.id,
        number=1,
        currency="EUR",
        machine_rate_minor_per_h=6000,
        labour_rate_minor_per_h=4000,
        material_minor_per_kg={"aluminium_6061": 800},
        finishes={"bead_blasted": {"lot_minor": 100, "piece_minor": 10, "area_minor_per_m2": 0}},
        minimum_order_minor=0,
        margin_bps=1000,
        effective_at=NOW,
        set_by=user.id,
    )
    listing = Listing(
        id=new_id(), organisation_id=shop.id, work_centre_id=centre.id, process="cnc_milling", title="Mill", terms=""
    )
    _add(centre)
    _add(card, listing, Shift(work_centre_id=centre.id, weekday=0, starts=time(8), ends=time(16)))
    _add(CapacityDay(work_centre_id=centre.id, day=DAY, open_min=480, held_min=60))
    _add(CapacityRise(work_centre_id=centre.id, changed_in=1))  # that day is too far off to be noted by itself
    _calendar(user, centre)
    _add(
        Calibration(
            organisation_id=shop.id,
            work_centre_id=centre.id,
            process="cnc_milling",
            method=1,
            constants_sha256=SHA,
            baseline={},
            jobs=[{"machine_mmin": 1}] * 5,
            fits={},
            constants={"run_time_factor": 1.2},
            spread={"time_low_bps": 8_000, "time_high_bps": 12_000},
            warnings=[],
            proposed_by=user.id,
        )
    )
    return centre, card, listing


def _calendar(user: User, centre: WorkCentre) -> None:
    imported = ImportedCalendar(
        id=new_id(), work_centre_id=centre.id, name="Plan", url="https://x.test/a.ics", added_by=user.id
    )
    _add(
        CalendarException(
            work_centre_id=centre.id,
            kind=ExceptionKind.OVERTIME,
            first=DAY,
            last=DAY,
            minutes=60,
            reason="Much to do",
            said_by=user.id,
        ),
        Breakdown(
            work_centre_id=centre.id,
            source=BreakdownSource.SIGNAL,
            machine="Mill 2",
            machines=1,
            starts_at=NOW,
            until=LATER,
            reason="Spindle",
            reported_by=user.id,
        ),
        imported,
        BusySpan(imported_calendar_id=imported.id, number=1, starts_at=NOW, ends_at=LATER),
        CalendarLink(work_centre_id=centre.id, name="Wall", secret_hash="w", made_by=user.id),
    )


def _onward(shop: Organisation, centre: WorkCentre) -> WorkCentre:
    """A second work centre, where what the first has made goes on."""
    bench = WorkCentre(
        id=new_id(),
        organisation_id=shop.id,
        name="Bench",
        process="bending",
        machines=1,
        envelope_mm=[100, 200, 300],
        materials=["aluminium_6061"],
        time_zone="Europe/Berlin",
    )
    _add(bench)
    _add(
        OnwardStep(
            work_centre_id=centre.id, number=1, next_id=bench.id, setup_min=10, run_mmin_each=4_000, transport_days=1
        ),
        CapacityDay(work_centre_id=bench.id, day=DAY, open_min=480, held_min=30),
    )
    return bench


def _parts(user: User, shop: Organisation) -> Revision:
    part = Part(id=new_id(), organisation_id=shop.id, name="Bracket", created_by=user.id)
    revision = Revision(
        id=new_id(),
        part_id=part.id,
        number=1,
        sha256=SHA,
        file_name="bracket.step",
        state=RevisionState.MEASURED,
        units=Units.MM,
        measurement={"is_closed": True},
    )
    _add(StoredFile(sha256=SHA, size_bytes=1, kind=FileKind.STEP), part)
    _add(
        revision,
        FileMeasurement(sha256=SHA, engine="e", outcome={}),
        FileAccess(revision_id=revision.id, user_id=user.id, organisation_id=shop.id),
    )
    _add(
        Preview(sha256=SHA, engine="e", thumbnail=b"a picture", model=b"a model"),
        StoredFile(sha256="1" * 64, size_bytes=1, kind=FileKind.DXF),
    )
    return revision


def _quote(user: User, shop: Organisation, revision: Revision, listing: Listing, card: RateCard) -> Offer:
    quote = _taken(user, shop, revision)
    offer = _offer(quote, listing, rate_card_id=card.id)
    _add(quote)
    _add(offer)
    return offer


def _tender(user: User, shop: Organisation, revision: Revision, listing: Listing) -> None:
    """A request that was decided, and the offer that its bid has become."""
    quote = _taken(user, shop, revision)
    quote.state = QuoteState.OPEN
    rfq = Rfq(
        id=new_id(),
        organisation_id=shop.id,
        revision_id=revision.id,
        asked_by=user.id,
        title="Bracket",
        processes=[],
        material="aluminium_6061",
        quantities=[5],
        tolerance="standard",
        inspection="standard",
        thickness_um=3_000,
        certificates=[],
        is_controlled=False,
        finish="",
        notes="",
        currency="EUR",
        delivery_country="DE",
        audience=Audience.CHOSEN,
        hides_customer=True,
        hides_factories=True,
        nda_text="Keep it to yourself.",
        nda_sha256=SHA,
        opens=Opening.VIEW,
        state=RfqState.DECIDED,
        closes_at=LATER,
        invited=1,
        quote_id=quote.id,
    )
    invitation = RfqInvitation(
        id=new_id(),
        rfq_id=rfq.id,
        factory_id=shop.id,
        state=InvitationState.CHOSEN,
        alias=1,
        agreed_at=NOW,
        agreed_by=user.id,
        nda_sha256=SHA,
        view_from=NOW,
    )
    bid = Bid(
        id=new_id(),
        created_at=NOW,
        rfq_id=rfq.id,
        invitation_id=invitation.id,
        number=1,
        work_centre_id=listing.work_centre_id,
        listing_id=listing.id,
        bid_by=user.id,
        quantity=5,
        currency="EUR",
        total_minor=1080,
        factory_minor=1000,
        fee_minor=80,
        breakdown={},
        machine_min=60,
        finish_by=DAY,
        ships_on=DAY,
        valid_until=LATER,
        tolerance_deviation="",
        finish_deviation="",
        note="",
        state=BidState.ACCEPTED,
    )
    question = Question(
        rfq_id=rfq.id,
        invitation_id=invitation.id,
        asked_by=user.id,
        text="Which side is up?",
        state=QuestionState.ANSWERED,
        answer="Any.",
        answered_by=user.id,
        closed_at=NOW,
    )
    agreed = StateMove(
        subject_kind="rfq_invitations", subject_id=invitation.id, from_state="invited", to_state="accepted"
    )
    agreed.created_at = NOW
    _add(quote)
    _add(rfq)
    _add(Deadline(rfq_id=rfq.id, why=DeadlineMove.ASKED, closes_at=LATER, moved_by=user.id), invitation, agreed)
    _add(question, bid, _offer(quote, listing, bid_id=bid.id))
    _add(FileAccess(revision_id=revision.id, user_id=user.id, organisation_id=shop.id, what=Seen.MODEL, rfq_id=rfq.id))


def _taken(user: User, shop: Organisation, revision: Revision) -> Quote:
    return Quote(
        id=new_id(),
        organisation_id=shop.id,
        revision_id=revision.id,
        requested_by=user.id,
        process="cnc_milling",
        material="aluminium_6061",
        quantity=5,
        currency="EUR",
        rank_by=RankBy.PRICE,
        number=1,
        state=QuoteState.TAKEN,
        expires_at=LATER,
        eligible=1,
        findings=[],
        explanation={},
    )


def _offer(quote: Quote, listing: Listing, **source: UUID) -> Offer:
    return Offer(
        id=new_id(),
        quote_id=quote.id,
        position=1,
        listing_id=listing.id,
        work_centre_id=listing.work_centre_id,
        factory_id=listing.organisation_id,
        total_minor=1080,
        factory_minor=1000,
        fee_minor=80,
        machine_min=60,
        finish_by=DAY,
        ships_on=DAY,
        figures=[1080],
        **source,
    )


def _order(
    user: User, shop: Organisation, offer: Offer, revision: Revision, centre: WorkCentre, bench: WorkCentre
) -> Order:
    hold = Hold(id=new_id(), work_centre_id=centre.id, elsewhere=[bench.id], minutes=90, expires_at=LATER)
    order = Order(
        id=new_id(),
        organisation_id=shop.id,
        placed_by=user.id,
        currency="EUR",
        total_minor=1080,
        pay_by=LATER,
        purchase_order_number="",
    )
    job = Job(
        id=new_id(),
        order_id=order.id,
        line_number=1,
        offer_id=offer.id,
        factory_id=shop.id,
        work_centre_id=centre.id,
        hold_id=hold.id,
        revision_id=revision.id,
        process="cnc_milling",
        material="aluminium_6061",
        quantity=5,
        total_minor=1080,
        price_minor=1000,
        currency="EUR",
        ships_on=DAY,
        first_article=FirstArticleGate.AWAITED,
        is_subcontracted=True,
    )
    payment = Payment(id=new_id(), order_id=order.id, currency="EUR", amount_minor=1080)
    shipment = Shipment(
        id=new_id(), job_id=job.id, shipped_by=user.id, pieces=5, carrier="DHL", tracking_number="1", parcels=[]
    )
    out_of = {"job_id": job.id, "payment_id": payment.id}
    _add(hold, order)
    _add(
        HoldLine(hold_id=hold.id, day=DAY, work_centre_id=centre.id, minutes=60),
        HoldLine(hold_id=hold.id, day=DAY, work_centre_id=bench.id, operation=2, minutes=30),
        JobPlanChange(
            hold_id=hold.id,
            move=PlanMove.MOVED,
            operation=2,
            before=[],
            after=[],
            reason="The bench is free earlier.",
            promised_on=DAY,
            was_on=DAY,
            ships_on=DAY,
            changed_by=user.id,
            organisation_id=shop.id,
        ),
        OrderLine(
            order_id=order.id,
            number=1,
            quote_id=offer.quote_id,
            offer_id=offer.id,
            revision_id=revision.id,
            description="Bracket",
            quantity=5,
            total_minor=1080,
        ),
        payment,
        job,
        PlanChange(
            hold_id=hold.id,
            work_centre_id=centre.id,
            from_day=DAY - timedelta(days=1),
            to_day=DAY,
            minutes=30,
            reason="A breakdown",
        ),
    )
    _add(
        Share(**out_of, number=1, kind=ShareKind.FACTORY, party_id=shop.id, amount_minor=1000),
        Share(**out_of, number=2, kind=ShareKind.PLATFORM_FEE, amount_minor=80),
        Change(
            job_id=job.id,
            number=1,
            side=Side.FACTORY,
            proposed_by=user.id,
            what="A week later.",
            total_minor=1080,
            price_minor=1000,
            ships_on=DAY,
            before_total_minor=1080,
            before_price_minor=1000,
            before_ships_on=DAY,
        ),
        ProductionReport(job_id=job.id, reported_by=user.id, pieces_done=1, note=""),
        shipment,
    )
    _add(Parcel(shipment_id=shipment.id, number=1, pieces=5, weight_g=900, carrier="DHL", tracking_number="1"))
    _inspected(user, job)
    _claim(user, shop, job)
    return order


def _inspected(user: User, job: Job) -> None:
    """A plan, and the record of it."""
    inspection = Inspection(id=new_id(), job_id=job.id)
    content = {"kind": "plan", "number": 1, "previous": "0" * 64}
    _add(inspection, RecordKey(id="0" * 32, public_key="0" * 64, first_used_at=NOW))
    _add(
        Entry(inspection_id=inspection.id, number=1, kind=EntryKind.PLAN, content=content, hash="1" * 64),
        Record(
            inspection_id=inspection.id,
            number=1,
            kind=Stage.FINAL,
            last_entry=1,
            head={},
            seal={},
            signature="0" * 128,
            key_id="0" * 32,
            closed_by=user.id,
            published_at=NOW,
            published_by=user.id,
        ),
    )


def _staff_refund(user: User, job: Job) -> None:
    """One that was proposed and refused."""
    refund = StaffRefund(id=new_id(), order_id=job.order_id, reason="It came late.", currency="EUR", amount_minor=100)
    refund.is_above_limit, refund.proposed_by, refund.decided_by = True, user.id, user.id
    refund.state, refund.refusal = StaffRefundState.REFUSED, "It did not."
    _add(refund)
    _add(StaffRefundPart(refund_id=refund.id, job_id=job.id, currency="EUR", amount_minor=100))


def _documents(shop: Organisation, job: Job) -> None:
    """An invoice, the first of its series, and what took it back."""
    due = {"job_id": job.id, "order_id": job.order_id, "supply": Supply.GOODS, "currency": "EUR", "tax_minor": 0}
    of = due | {"issuer_id": shop.id, "recipient_id": shop.id, "net_minor": 1, "total_minor": 1, "facts": {"total": 1}}
    invoice = Document(
        id=new_id(), kind=DocumentKind.INVOICE, prefix="SHOP-INV", number=1, shares_after=0, shares_upto=1, **of
    )
    note = Document(kind=DocumentKind.CREDIT_NOTE, prefix="SHOP-CN", number=1, shares_after=1, shares_upto=2, **of)
    note.corrects_id = invoice.id
    _add(*(Series(issuer_id=shop.id, kind=each.kind, prefix=each.prefix, last_number=1) for each in (invoice, note)))
    _add(invoice)
    _add(note)


def _claim(user: User, shop: Organisation, job: Job) -> None:
    """A claim that was decided after a re-measurement."""
    claim = Claim(
        id=new_id(),
        job_id=job.id,
        number=1,
        claimed_by=user.id,
        text="Too wide.",
        pieces=1,
        wanted=Remedy.PART_REFUND,
        wanted_minor=100,
        look_until=LATER,
        state=ClaimState.DISMISSED,
        answer="It is not.",
        answered_by=user.id,
        disagreement="It is.",
        decision="It is within its limits.",
        decided_by=user.id,
    )
    measured = Remeasurement(
        claim_id=claim.id,
        side=Side.CUSTOMER,
        asked_by=user.id,
        why="We differ.",
        state=RemeasurementState.REPORTED,
        factory_id=shop.id,
        named_by=user.id,
        pieces=1,
        conforming=1,
        result="Within limits.",
        reported_by=user.id,
    )
    _add(claim)
    _add(measured)
    _staff_refund(user, job)
    _documents(shop, job)
    _add(
        ExcusedDelay(job_id=job.id, cause=Cause.CARRIER, reason="Nobody came to fetch it.", found_by=user.id),
        ReputationMean(name=FigureName.ON_TIME, events=1, points=10_000),
    )
    marks = {"quality": 5, "communication": 4, "text": "Good.", "public_from": NOW}
    _add(Review(job_id=job.id, side=Side.CUSTOMER, of_id=shop.id, written_by=user.id, **marks))


def _money(user: User, shop: Organisation, order: Order) -> None:
    payment = session().query(Payment).filter_by(order_id=order.id).one()
    held = Account(id=new_id(), kind=AccountKind.HELD, order_id=order.id, currency="EUR")
    stripe = Account(id=new_id(), kind=AccountKind.STRIPE, currency="EUR")
    journal = Journal(id=new_id(), kind="charge", reference="txn_1", order_id=order.id)
    _add(held, stripe, journal)
    _add(
        Posting(journal_id=journal.id, number=1, account_id=stripe.id, currency="EUR", amount_minor=1080),
        Posting(journal_id=journal.id, number=2, account_id=held.id, currency="EUR", amount_minor=-1080),
        Operation(
            kind=OperationKind.REFUND, reason="refund:x", payment_id=payment.id, amount_minor=1080, currency="EUR"
        ),
        ProviderEvent(id="evt_1", kind="x", api_version="v", payload={}, received_at=NOW),
        PayoutAccount(organisation_id=shop.id, idempotency_key=uuid4(), opened_at=NOW),
        Freeze(organisation_id=shop.id, why=FreezeWhy.STAFF, cause="case 7", ends_at=LATER, lifted_at=NOW),
        BankPayout(
            id="po_1",
            organisation_id=shop.id,
            amount_minor=1000,
            currency="EUR",
            state=BankPayoutState.FAILED,
            bank_id="ba_1",
            sent_at=NOW,
            arrives_on=DAY,
            failure="The account is closed.",
            seen_at=NOW,
        ),
        PayoutSchedule(organisation_id=shop.id, days=7, set_by=session().query(User).one().id, reason="New here."),
        Release(
            job_id=session().query(Job).filter_by(order_id=order.id).one().id,
            order_id=order.id,
            created_at=NOW,
            due_at=NOW,
            state=ReleaseState.DROPPED,
            ended_at=NOW,
        ),
    )
    _compared()
    _ways(user, shop, payment)


def _ways(user: User, shop: Organisation, payment: Payment) -> None:
    """A business that was found in a register, its net terms, and an invoice on them that was left."""
    found = Verification(
        id=new_id(),
        organisation_id=shop.id,
        number_kind=NumberKind.VAT,
        number="DE136695976",
        country="DE",
        verified_by=user.id,
        reason="The register has it.",
    )
    terms = Terms(
        id=new_id(),
        organisation_id=shop.id,
        verification_id=found.id,
        net_days=30,
        granted_by=user.id,
        reason="Pays as it says.",
    )
    _add(found)
    _add(terms)
    way = WayToPay(
        id=new_id(),
        payment_id=payment.id,
        number=1,
        method=Method.INVOICE,
        state=WayState.ENDED,
        due_by=LATER,
        return_url="https://market.example/pay",
        was_due_by=NOW,
        terms_id=terms.id,
        provider_id="in_1",
    )
    _add(TermsLimit(terms_id=terms.id, currency="EUR", amount_minor=500_000), way)
    _add(
        Operation(
            kind=OperationKind.END_WAY,
            reason=f"end:{way.id}",
            payment_id=payment.id,
            way_id=way.id,
            amount_minor=0,
            currency="EUR",
        )
    )


def _by_bank(user: User, shop: Organisation) -> None:
    """A payment by bank that was dropped, and an alert that is over."""
    operation = session().query(Operation).filter_by(way_id=None).one()
    home = Destination(
        id=new_id(), organisation_id=shop.id, rail=Rail.MANUAL_BANK, sealed="x", shown="DE S… …3000", set_by=user.id
    )
    batch = Batch(id=new_id(), currency="EUR", made_by=user.id, state=BatchState.CALLED_OFF)
    _add(home, batch)
    _add(
        Approval(batch_id=batch.id, user_id=user.id),
        BankPayment(
            batch_id=batch.id,
            operation_id=operation.id,
            organisation_id=shop.id,
            destination_id=home.id,
            amount_minor=1000,
            currency="EUR",
            state=BankPaymentState.DROPPED,
            problem="The batch was called off.",
        ),
        PayoutAlert(operation_id=operation.id, problem="It waits.", ended_at=NOW),
    )


def _compared() -> None:
    """A comparison with the provider's books, and a difference that it found."""
    run = Reconciliation(
        id=new_id(),
        scope=Scope.RECENT,
        since=NOW,
        until=LATER,
        movements=1,
        journals=1,
        adopted=0,
        under_way=0,
        events_filled=0,
        differences=1,
        opened=1,
        totals=[],
    )
    found = Difference(
        found_in=run.id,
        kind=DifferenceKind.MISSING_HERE,
        about="txn_2",
        says="The provider has moved money that our books do not have.",
        currency="EUR",
        theirs_minor=-1,
    )
    _add(run)
    _add(found)


def _moderation(user: User, shop: Organisation, listing: Listing) -> None:
    case = Case(
        id=new_id(),
        kind=CaseKind.SUBMISSION,
        subject_kind="listings",
        subject_id=listing.id,
        organisation_id=shop.id,
        grounds="",
        state=CaseState.DECIDED,
    )
    decision = Decision(
        id=new_id(),
        case_id=case.id,
        outcome=Outcome.REJECT,
        decided_by=user.id,
        reason="Not a machine.",
        statement="Your listing was not published.",
        appeal_until=LATER,
    )
    _add(case)
    _add(decision)
    _add(
        Case(
            kind=CaseKind.APPEAL,
            subject_kind="listings",
            subject_id=listing.id,
            organisation_id=shop.id,
            grounds="It is a machine.",
            appeals_decision_id=decision.id,
        )
    )
