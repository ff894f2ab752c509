"""From settings to ports and job handlers: the only place that chooses between the real and the local."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from config import Config
from marketplace.accounts import throttling
from marketplace.adapters import sequencers
from marketplace.adapters.documents.electronic import FacturX
from marketplace.adapters.documents.typesetting import TypstTypesetter
from marketplace.adapters.files_on_disk import FilesOnDisk
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.adapters.geometry_kernel.spawning import SpawnMeasurer
from marketplace.adapters.mail_by_smtp import MailBySmtp
from marketplace.adapters.mail_on_disk import MailOnDisk
from marketplace.adapters.other_calendars import OtherCalendars
from marketplace.adapters.signing_keys import GivenKey, KeyFile
from marketplace.adapters.stripe import StripeGateway
from marketplace.adapters.stripe_books import StripeBooks
from marketplace.adapters.stripe_client import Connection
from marketplace.adapters.stripe_disputes import StripeDisputes
from marketplace.calendars.ports import CalendarSource
from marketplace.capacity.ports import Sequencer
from marketplace.disputes.ports import DisputeDesk
from marketplace.geometry.ports import Measurer
from marketplace.invoicing.facts import Platform
from marketplace.invoicing.ports import ElectronicInvoices
from marketplace.jobs.queue import Task
from marketplace.jobs.worker import Handler
from marketplace.kernel.documents import Typesetter
from marketplace.notifications.ports import Post
from marketplace.parts.ports import FileStore
from marketplace.payments.cashier import Provider
from marketplace.payouts.sealing import Seal
from marketplace.quality.signing import KeySource
from marketplace.reconciliation.models import Reconciliation, Scope
from marketplace.reconciliation.ports import Books
from marketplace.workflows import forgetting, intake, matching, measuring_reputation, notifying
from marketplace.workflows.money import (
    disputing,
    issuing,
    listening,
    paying_out,
    reconciling,
    releasing,
    resuming,
    sending,
    watching_disputes,
)
from marketplace.workflows.money.listening import Follow
from marketplace.workflows.ordering import checkout, claiming, fulfilment
from marketplace.workflows.shop_floor import breakdowns, calendars, first_articles, importing_calendars


@dataclass(frozen=True)
class Ports:
    """Everything outside the house, behind the shapes that the business knows."""

    files: FileStore
    gateway: Provider
    disputes: DisputeDesk
    books: Books
    measurer: Measurer
    post: Post
    public_url: str
    """Where people reach this marketplace, for what is written to them."""
    record_key: KeySource
    typesetter: Typesetter
    calendars: CalendarSource
    sequencer: Sequencer
    seal: Seal
    """Of bank details."""
    electronic: ElectronicInvoices
    platform: Platform
    """Who runs this marketplace, as its invoices name it."""


def ports(config: Config) -> Ports:
    """Build the ports; nothing is started or connected until it is used."""
    stripe = Connection(config.stripe_api_key, base=config.stripe_api_base)
    return Ports(
        files=FilesOnDisk(config.files_dir),
        gateway=StripeGateway(stripe, secrets=config.stripe_webhook_secrets),
        disputes=StripeDisputes(stripe),
        books=StripeBooks(stripe),
        measurer=_measurer(Limits(wall_s=config.measure_seconds, cpu_s=config.measure_seconds)),
        post=_post(config),
        public_url=config.public_url,
        record_key=_record_key(config),
        typesetter=TypstTypesetter(),
        calendars=OtherCalendars(from_this_machine=config.calendars_from_this_machine),
        sequencer=sequencers.best_installed(),
        seal=Seal(config.secret_key),
        electronic=FacturX(),
        platform=_platform(config),
    )


def _platform(config: Config) -> Platform:
    """In the country of its tax number, where it has one."""
    number = config.platform_tax_number
    return Platform(config.platform_name, None if number is None else number[0])


def _post(config: Config) -> Post:
    """Without a mail server mails are kept as files."""
    if config.smtp_url is None:
        return MailOnDisk(config.data_dir / "mails", config.mail_from)
    return MailBySmtp(config.smtp_url, config.mail_from)


def _record_key(config: Config) -> KeySource:
    """The key of the settings, or one that this machine keeps."""
    if config.record_signing_key is None:
        return KeyFile(config.data_dir / "record_signing_key")
    return GivenKey(config.record_signing_key)


def _measurer(limits: Limits) -> Measurer:
    """On macOS a process that has loaded the kernels cannot be forked safely."""
    return SpawnMeasurer(limits) if sys.platform == "darwin" else KernelMeasurer(limits)


def handlers(ports: Ports) -> Mapping[Task, Handler]:
    """What each task does."""
    return {
        Task.HANDLE_EVENT: partial(listening.handle_event, gateway=ports.gateway, others=_others(ports)),
        Task.RUN_OPERATION: partial(_run_operation, gateway=ports.gateway),
        Task.RESUME_MONEY: partial(resuming.resume_money, ports.gateway),
        Task.RELEASE_DUE: releasing.release_due,
        Task.RELEASE_JOB: _release_job,
        Task.WATCH_PAYOUTS: paying_out.watch,
        Task.RECONCILE_RECENT: partial(_reconcile, ports, Scope.RECENT),
        Task.RECONCILE_WHOLE: partial(_reconcile, ports, Scope.WHOLE),
        Task.ALERT_STAFF: partial(_alert_staff, ports=ports),
        Task.MEASURE_REVISION: partial(intake.measure, store=ports.files, measurer=ports.measurer),
        Task.CANCEL_UNPAID: checkout.cancel_overdue,
        Task.DECLINE_UNANSWERED: fulfilment.decline_unanswered,
        Task.ACCEPT_UNCLAIMED: fulfilment.accept_unclaimed,
        Task.SETTLE_UNANSWERED_CLAIMS: claiming.settle_unanswered,
        Task.REMIND_OF_FIRST_ARTICLES: first_articles.remind_unanswered,
        Task.MEASURE_REPUTATION: measuring_reputation.measure_means,
        Task.EXTEND_CAPACITY: calendars.extend_capacity,
        Task.PROLONG_BREAKDOWNS: breakdowns.prolong_unended,
        Task.REFRESH_CALENDARS: importing_calendars.refresh_due,
        Task.REFRESH_CALENDAR: partial(importing_calendars.refresh, source=ports.calendars),
        Task.MATCH_SLOT: matching.match_slot,
        Task.MATCH_LISTING: matching.match_listing,
        Task.CLEAR_AWAY_FILES: partial(intake.clear_away, store=ports.files),
        Task.FORGET_THROTTLES: throttling.forget_passed,
        Task.FORGET_OUTLIVED: forgetting.forget_outlived,
        Task.SEND_MAILS: partial(notifying.send_mails, post=ports.post, public_url=ports.public_url),
        Task.ISSUE_DOCUMENTS: partial(issuing.issue_recent, ports.platform),
        Task.ISSUE_MISSED_DOCUMENTS: partial(issuing.issue_missed, ports.platform),
        Task.WATCH_DISPUTES: partial(
            watching_disputes.watch, ports.disputes, ports.gateway, post=ports.post, public_url=ports.public_url
        ),
    }


def _others(ports: Ports) -> Mapping[str, Follow]:
    """How events are followed up that are about none of the gateway's own things."""
    return disputing.fetchers(ports.disputes, ports.gateway)


HOOK: Final = "/hooks/stripe"
"""Where the provider tells its events to."""


def reconcile(ports: Ports, scope: Scope) -> Reconciliation:
    """Compare our books with the provider's, as the schedule and the command line do."""
    hook = f"{ports.public_url}{HOOK}"
    return reconciling.reconcile(
        scope=scope, gateway=ports.gateway, books=ports.books, others=_others(ports), hook=hook
    )


def _reconcile(ports: Ports, scope: Scope) -> None:
    reconcile(ports, scope)


def _alert_staff(run_id: str, ports: Ports) -> None:
    reconciling.alert_staff(UUID(run_id), post=ports.post, public_url=ports.public_url)


def _run_operation(operation_id: str, gateway: Provider) -> None:
    """A job's arguments are JSON: an id arrives as text."""
    sending.run_operation(UUID(operation_id), gateway)


def _release_job(order_id: str, job_id: str) -> None:
    releasing.release_job(UUID(order_id), UUID(job_id))


def database_url(config: Config) -> str:
    """The address of the database: the configured one, or the embedded PostgreSQL, started if it is down."""
    if config.database_url is not None:
        return config.database_url
    from marketplace.adapters import embedded_postgres

    return embedded_postgres.start(config.data_dir / "postgres")
