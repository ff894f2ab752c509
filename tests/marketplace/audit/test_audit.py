from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Organisation, OrganisationKind
from marketplace.audit import service as audit
from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import SYSTEM, Credential
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction


def a_company() -> Organisation:
    return Organisation(name="A", kind=OrganisationKind.COMPANY, country="DE", hats=["customer"])


def test_an_act_is_written_with_its_actor_and_its_subject(in_app, make_organisation):
    owner = make_organisation()

    with transaction():
        company = a_company()
        session().add(company)
        audit.record(owner.actor, "organisation.praised", company, stars=5)

    event = session().scalars(select(AuditEvent).where(AuditEvent.verb == "organisation.praised")).one()
    assert (event.subject_kind, event.subject_id) == ("organisations", company.id)
    assert (event.user_id, event.organisation_id) == (owner.user_id, owner.organisation_id)
    assert event.credential is Credential.SESSION
    assert event.details == {"stars": 5}


def test_details_become_plain_json(in_app):
    with transaction():
        company = a_company()
        session().add(company)
        audit.record(
            SYSTEM,
            "organisation.described",
            company,
            id=UUID(int=7),
            at=datetime(2027, 1, 1, tzinfo=UTC),
            parts=({"a": None}, True),
        )

    details = session().scalars(select(AuditEvent.details)).one()
    assert details == {
        "id": "00000000-0000-0000-0000-000000000007",
        "at": "2027-01-01 00:00:00+00:00",
        "parts": [{"a": None}, True],
    }


def test_nothing_is_recorded_outside_the_transaction_of_the_act(in_app):
    with pytest.raises(RuntimeError, match="no transaction is open"):
        audit.record(SYSTEM, "organisation.praised", a_company())


def test_an_act_that_does_not_happen_leaves_no_trace(in_app):
    with pytest.raises(ZeroDivisionError), transaction():
        company = a_company()
        session().add(company)
        audit.record(SYSTEM, "organisation.praised", company)
        raise ZeroDivisionError

    assert session().scalars(select(AuditEvent)).all() == []
