"""The application: extensions, doors, problem documents, command line."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import orjson
from flask import Flask
from flask_migrate import Migrate

from blueprints import commands
from blueprints.account import door as account
from blueprints.admin import door as admin
from blueprints.customer import door as customer
from blueprints.developer import door as developer
from blueprints.factory import door as factory
from blueprints.hooks import door as hooks
from blueprints.http import headers, identity, problems
from blueprints.http.json import Provider, encode
from blueprints.http.ports import attach
from blueprints.http.rooms import Api, Door, Word
from blueprints.public import door as public
from config import Config
from marketplace import bootstrap
from marketplace.kernel import transaction
from marketplace.kernel.database import CONNECTION, PLACEHOLDERS, db

DOORS: tuple[Door, ...] = (
    public.door,
    public.pages,
    account.door,
    customer.door,
    factory.door,
    factory.machines_door,
    admin.door,
    developer.door,
    hooks.door,
)
"""One for each audience; a route behind none of them fails the architecture tests."""

ROUTES: tuple[str, ...] = (
    "account.notices.routes",
    "account.organisations.invitations",
    "account.organisations.members",
    "account.organisations.routes",
    "account.organisations.tax_registrations",
    "account.registration.routes",
    "account.sessions.routes",
    "admin.attachments.routes",
    "admin.audit.routes",
    "admin.books.routes",
    "admin.businesses.routes",
    "admin.cases.routes",
    "admin.claims.routes",
    "admin.delays.routes",
    "admin.disputes.routes",
    "admin.documents.routes",
    "admin.fees.routes",
    "admin.freezes.routes",
    "admin.differences.routes",
    "admin.jobs.routes",
    "admin.ledger.routes",
    "admin.messages.routes",
    "admin.payouts.routes",
    "admin.refunds.routes",
    "admin.reconciliations.routes",
    "admin.reviews.routes",
    "admin.taxes.routes",
    "customer.archives.routes",
    "customer.attachments.routes",
    "customer.claims.routes",
    "customer.delays.routes",
    "customer.disputes.routes",
    "customer.documents.routes",
    "customer.first_articles.routes",
    "customer.inspections.routes",
    "customer.listings.routes",
    "customer.messages.routes",
    "customer.orders.jobs",
    "customer.orders.routes",
    "customer.parts.processes",
    "customer.parts.routes",
    "customer.payments.routes",
    "customer.production.routes",
    "customer.questions.routes",
    "customer.quotes.lead_times",
    "customer.quotes.routes",
    "customer.quotes.savings",
    "customer.reviews.routes",
    "customer.rfqs.access",
    "customer.rfqs.bids",
    "customer.rfqs.routes",
    "customer.shipments.routes",
    "customer.slots.routes",
    "customer.subcontracts.routes",
    "customer.statements.routes",
    "customer.subscriptions.routes",
    "customer.what_ifs.routes",
    "developer.tokens.routes",
    "factory.archives.routes",
    "factory.attachments.routes",
    "factory.breakdowns.routes",
    "factory.calendars.imports",
    "factory.calendars.links",
    "factory.calendars.routes",
    "factory.calibrations.routes",
    "factory.claims.routes",
    "factory.conflicts.routes",
    "factory.disputes.routes",
    "factory.documents.routes",
    "factory.earnings.routes",
    "factory.first_articles.routes",
    "factory.inspections.routes",
    "factory.jobs.changes",
    "factory.jobs.division",
    "factory.jobs.routes",
    "factory.listings.routes",
    "factory.messages.routes",
    "factory.payouts.routes",
    "factory.plans.routes",
    "factory.production.routes",
    "factory.questions.routes",
    "factory.remeasurements.routes",
    "factory.reputation.routes",
    "factory.reviews.routes",
    "factory.rfqs.bids",
    "factory.rfqs.files",
    "factory.rfqs.routes",
    "factory.shipments.routes",
    "factory.slots.routes",
    "factory.statements.routes",
    "factory.subcontracts.given",
    "factory.subcontracts.routes",
    "factory.work_centres.constants",
    "factory.work_centres.onward",
    "factory.work_centres.rate_cards",
    "factory.work_centres.routes",
    "factory.work_centres.slicer_profiles",
    "factory.work_centres.suggestions",
    "hooks.health.routes",
    "hooks.stripe.routes",
    "public.accuracy.routes",
    "public.calendars.routes",
    "public.catalogue.routes",
    "public.estimates.routes",
    "public.listings.routes",
    "public.machine_classes.routes",
    "public.pages.returning",
    "public.pages.routes",
    "public.problems.routes",
    "public.records.routes",
    "public.reputation.routes",
    "public.reviews.routes",
    "public.slots.routes",
    "public.terms.routes",
)
"""The modules whose import furnishes the rooms."""


def create_app(config: Config) -> Flask:
    """Build the application. Starts the embedded database if the settings name no server."""
    app = Flask("commonforge", static_folder=None)
    app.config.from_mapping(_flask_settings(config, bootstrap.database_url(config)))
    app.json = Provider(app)
    db.init_app(app)
    app.teardown_request(lambda failure: None if failure else transaction.end_reading())
    Migrate(app, db, directory="migrations", compare_type=True)
    app.url_map.converters["word"] = Word
    attach(app, config, bootstrap.ports(config))
    identity.register(app)
    problems.register(app)
    headers.register(app, https=config.serves_https)
    _open_doors(app)
    commands.register(app)
    return app


def _open_doors(app: Flask) -> None:
    for module in ROUTES:
        import_module(f"blueprints.{module}")
    api = Api(app)
    api.describe()
    for door in DOORS:
        for room in door.rooms:
            api.register_blueprint(room)


def _flask_settings(config: Config, database_url: str) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "DEBUG": config.debug,
        "MAX_CONTENT_LENGTH": config.upload_bytes + 2**20,
        "MAX_FORM_MEMORY_SIZE": 2**20,
        "MAX_FORM_PARTS": 20,
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.serves_https,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "SQLALCHEMY_DATABASE_URI": database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": 16,
            "max_overflow": 16,
            "pool_timeout": 3,
            "pool_pre_ping": False,
            "pool_use_lifo": True,  # the connection used last has its statements prepared
            "paramstyle": PLACEHOLDERS,
            "json_serializer": encode,
            "json_deserializer": orjson.loads,
            "hide_parameters": True,  # an error's text is logged, and a statement's values may be secrets
            "connect_args": CONNECTION,
        },
        "API_TITLE": "Commonforge",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
    }
