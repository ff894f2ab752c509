"""Migrations: up and down with rows present, and in step with the models."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import Enum, func, select, table

from blueprints.app import create_app
from config import load
from marketplace.kernel.database import db, metadata, session
from marketplace.kernel.transaction import transaction
from tests import databases, museum

CHECKS = "select conname, pg_get_constraintdef(oid) from pg_constraint where contype = 'c'"
SCRIPTS = ScriptDirectory(str(databases.ROOT / "migrations"))
REVISIONS = [each.revision for each in SCRIPTS.walk_revisions()][::-1]
"""In the order of the chain, which need not be that of their numbers."""


@contextmanager
def app_on_its_own(name: str, folder: Path) -> Iterator[Flask]:
    """An application, with an open context, on a migrated database of its own."""
    name = f"commonforge_{name}_{os.getpid()}"
    address = databases.fresh(name)
    app = create_app(load({"ENVIRONMENT": "test", "DATABASE_URL": address, "DATA_DIR": str(folder)}))
    with app.app_context():
        yield app
        session().close()
        db.engine.dispose()
    databases.drop(name)


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Flask]:
    """An application on a migrated database that this test alone may take apart."""
    with app_on_its_own("migrations", tmp_path) as app:
        yield app


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a database with a row of every table, for tests that leave it as it is."""
    with app_on_its_own("museum", tmp_path_factory.mktemp("museum")) as app:
        with transaction():
            museum.furnish()
        session().close()
        yield app


def rows() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            each.name: connection.scalar(select(func.count()).select_from(table(each.name))) or 0
            for each in metadata.sorted_tables
        }


def test_the_museum_has_a_row_of_every_table(furnished):
    assert [name for name, count in rows().items() if not count] == []


def test_the_database_takes_every_word_that_the_models_know(furnished):
    """Migrations of one time replace the same check, and the last one written must know the words of all."""
    with db.engine.connect() as connection:
        checks = dict(connection.exec_driver_sql(CHECKS).all())
    words = {
        f"ck_{column.table.name}_{column.type.name}": set(column.type.enums)
        for each in metadata.sorted_tables
        for column in each.columns
        if isinstance(column.type, Enum)
    }

    assert len(words) > 20
    assert {name: found for name, known in words.items() if (found := spoken(checks[name])) != known} == {}


def spoken(check: str) -> set[str]:
    return set(re.findall(r"'([^']*)'", check))


def test_each_migration_goes_down_and_up_again_with_rows_present(migrated):
    with transaction():
        museum.furnish()
    session().close()

    for revision in [*reversed(REVISIONS[:-1]), "base"]:
        downgrade(revision=revision)
    with db.engine.connect() as connection:
        left = connection.exec_driver_sql(databases.TABLES).scalars().all()
    assert left == []
    upgrade()
    with transaction():
        museum.furnish()


def test_models_and_migrations_agree(furnished):
    check()


def test_trigrams_of_chinese_text_exist(furnished):
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("select show_trgm('数控铣床')").scalar_one()


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("update postings set amount_minor = amount_minor + 1", "append-only"),
        ("delete from journals", "append-only"),
        ("update offers set total_minor = 1", "append-only"),
        ("update bids set total_minor = 1081, factory_minor = 1001", "changes its state alone"),
        ("delete from bids", "changes its state alone"),
        ("update rfq_deadlines set closes_at = now()", "append-only"),
        (
            "insert into offers (id, created_at, quote_id, position, listing_id, work_centre_id, factory_id, figures,"
            " total_minor, factory_minor, fee_minor, machine_min, finish_by, ships_on) select gen_random_uuid(), now(),"
            " quote_id, 2, listing_id, work_centre_id, factory_id, figures, 1, 1, 0, 1, finish_by, ships_on"
            " from offers",
            "computed_or_bid",
        ),
        (
            "insert into file_accesses (id, created_at, revision_id, what)"
            " select gen_random_uuid(), now(), id, 'nothing' from revisions",
            "seen",
        ),
        ("update capacity_days set held_min = open_min + 1", "never_oversold"),
        ("update plan_changes set minutes = minutes + 1", "append-only"),
        ("update calendar_exceptions set minutes = null", "minutes_of_overtime"),
        ("update breakdowns set until = starts_at", "starts_before_until"),
        ("update payments set state = 'captured', charge_id = 'x', captured_minor = 9999", "captured_within_amount"),
        ("update payments set state = 'paid'", "paymentstate"),
        ("update payments set charged_back_minor = 1", "back_within_captured"),
        ("update disputes set borne_minor = 1", "borne_when_lost"),
        ("update disputes set given_up_reason = 'No evidence.'", "given_up_with_reason"),
        ("update dispute_evidence set submitted_at = now()", "submitted_was_sent"),
        ("update dispute_evidence set size_bytes = 5000001", "size_within_limit"),
        ("update calibrations set jobs = '[]'", "append-only but for its one decision"),
        ("delete from calibrations", "append-only but for its one decision"),
        ("update calibrations set state = 'accepted'", "decision_dated"),
        ('update work_centres set spread = \'{"time_low_bps": 12000, "time_high_bps": 13000}\'', "spread_sane"),
        ("update users set email = 'ADA@EXAMPLE.TEST'", "email_form"),
        ("update operation_reports set minutes = 1", "append-only"),
        ("delete from operation_report_attachments", "append-only"),
        ("update first_articles set state = 'released', answered_by = null", "answered_whole"),
        ("update first_articles set answer = ''", "rejected_with_reason"),
        ("update first_articles set remind_at = now()", "reminds_while_open"),
        ("update subcontracts set agreed_at = null, agreed_by = null", "agreed_whole"),
        ("update subcontracts set answer = 'No.'", "no_with_reason"),
        ("update jobs set first_article = 'half'", "firstarticlegate"),
        ("update reconciliations set opened = 0", "append-only"),
        ("update reconciliation_differences set theirs_minor = 0", "changes its state alone"),
        ("delete from reconciliation_differences", "changes its state alone"),
        (
            "insert into reconciliation_differences (id, created_at, found_in, kind, about, says, state)"
            " select gen_random_uuid(), now(), found_in, kind, about, says, 'explained'"
            " from reconciliation_differences",
            "duplicate key",
        ),
        ("update inspection_entries set content = '{}'", "append-only"),
        ("delete from record_keys", "append-only"),
        ("update parcels set tracking_number = '2'", "append-only"),
        ("delete from parcels", "append-only"),
        *(
            (
                "insert into parcels (id, created_at, shipment_id, number, pieces, carrier, tracking_number,"
                " weight_g, length_mm, width_mm, height_mm)"
                f" select gen_random_uuid(), now(), shipment_id, 2, {values} from parcels",
                complaint,
            )
            for values, complaint in (
                ("0, 'DHL', '2', null, null, null, null", "pieces_some"),
                ("1, '', '2', null, null, null, null", "carrier_length"),
                ("1, 'DHL', '2', 0, null, null, null", "weight_sane"),
                ("1, 'DHL', '2', 1, 10, 10, null", "size_whole"),
                ("1, 'DHL', '2', 1, 13601, 10, 10", "size_sane"),
                ("1, 'DHL', '2', 23, 10, 10, 10", "weight_possible"),
            )
        ),
        ("update inspection_records set head = '{\"verdict\": 1}'", "append-only but for its publication"),
        ("delete from inspection_records", "append-only but for its publication"),
        ("update inspection_records set published_at = null", "publication_signed"),
        (
            "insert into inspection_entries (id, created_at, inspection_id, number, kind, content, hash)"
            " select gen_random_uuid(), now(), inspection_id, 2, 'lot', content, hash from inspection_entries",
            "has ended",
        ),
    ],
)
def test_the_database_refuses_what_must_never_be(furnished, statement, complaint):
    with db.engine.connect() as connection, pytest.raises(Exception, match=complaint):
        connection.exec_driver_sql(statement)


def test_the_parcels_of_a_shipment_hold_all_its_pieces(migrated):
    with transaction():
        museum.furnish()
    another = """
        insert into parcels (id, created_at, shipment_id, number, pieces, carrier, tracking_number)
        select gen_random_uuid(), now(), shipment_id, %s, %s, carrier, tracking_number from parcels
    """
    shipment = """
        insert into shipments (id, created_at, job_id, shipped_by, pieces, carrier, tracking_number)
        select gen_random_uuid(), now(), job_id, shipped_by, 7, 'UPS', '1Z' from shipments returning id
    """
    packed = "select number, pieces, carrier, tracking_number, weight_g from parcels where shipment_id = %s"
    with psycopg.connect(databases.plain(str(migrated.config["SQLALCHEMY_DATABASE_URI"]))) as connection:
        connection.execute(another, (2, 1))
        with pytest.raises(psycopg.errors.CheckViolation, match="do not hold its pieces"):
            connection.commit()
        made = connection.execute(shipment).fetchone()
        connection.commit()
        assert connection.execute(packed, made).fetchall() == [(1, 7, "UPS", "1Z", None)], "as code from before sends"


def test_m6_a_journal_that_does_not_sum_to_zero_never_commits(furnished):
    with psycopg.connect(databases.plain(str(furnished.config["SQLALCHEMY_DATABASE_URI"]))) as connection:
        connection.execute(
            "insert into journals (id, kind, reference, created_at) values (gen_random_uuid(), 'x', 'y', now())"
        )
        with pytest.raises(psycopg.errors.CheckViolation, match="no postings"):
            connection.commit()
        connection.execute("""
            with j as (insert into journals (id, kind, reference, created_at)
                       values (gen_random_uuid(), 'x', 'z', now()) returning id)
            insert into postings select j.id, 1, a.id, 'EUR', 5 from j, ledger_accounts a limit 1
        """)
        with pytest.raises(psycopg.errors.CheckViolation, match="does not sum to zero"):
            connection.commit()
