"""A1: every route × every foreign actor is refused, and a refusal changes nothing. Generated from the URL map.

A new route is tried by itself as long as the estate has what its path names (tests/estate.py). A new write that names
nothing of anybody's must be in ANYONES_OWN, so that somebody has thought about it.
"""

import pytest

from blueprints.http.problems import MEDIA_TYPE
from tests import estate
from tests.foreigners import FOREIGNERS
from tests.tries import tries

ANYONES_OWN = {
    "account_notice_settings.choose",
    "account_organisations.found_organisation",
    "account_password.change_password",
    "account_session.log_out",
    "admin_freezes.hold_back",
    "admin_payouts.draw_up",
    "admin_tax-rates.decide",
    "customer_parts.upload",
    "customer_subscriptions.subscribe",
    "developer_tokens.create_token",
    "factory_earnings.set_destination",
    "factory_payouts.open_account",
    "factory_plan.replan_all",
    "factory_work_centres.open_one",
}
"""Whoever passes the door makes, or changes, what is their own."""

OF_SOMEBODY_INVITED = {"account_invitations.accept_invitation"}


@pytest.mark.parametrize("who", FOREIGNERS)
def test_a1_a_foreign_actor_is_refused_everywhere_and_changes_nothing(who, arkwrights, every_try, contents):
    foreigner = FOREIGNERS[who](arkwrights)
    before = contents()
    wrong = []
    for tried in every_try:
        expected = foreigner.refused_with(tried)
        if expected is None:
            continue
        reply = foreigner.ask(tried)
        if (reply.status_code, reply.content_type) != (expected, MEDIA_TYPE):
            wrong.append(f"{tried}: {reply.status_code} instead of {expected}: {reply.text[:200]}")
        if tried.is_write and (after := contents()) != before:
            wrong.append(f"{tried} changed {[table for table in after if after[table] != before[table]]}")
            before = after
    assert wrong == []
    assert contents() == before


@pytest.mark.parametrize("who", ["another customer", "another factory", "viewer of another organisation"])
def test_what_others_list_for_themselves_shows_nothing_of_the_estate(who, arkwrights, every_try):
    foreigner = FOREIGNERS[who](arkwrights)
    own = [each for each in every_try if not each.is_write and foreigner.refused_with(each) is None]
    assert len(own) > 5
    for tried in own:
        reply = foreigner.ask(tried)
        assert reply.status_code == 200 or reply.json["code"] == "payout_account_missing", str(tried)
        assert [name for name in arkwrights.uuids if arkwrights.ids[name].encode() in reply.data] == [], str(tried)


def test_every_write_names_something_that_can_be_foreign_or_is_anyones_own(every_try):
    assert {each.endpoint for each in every_try if each.is_write and not each.names_something} == ANYONES_OWN


def test_whom_it_belongs_to_reaches_all_of_it(swept):
    """Without this, the refusals might be of things that are not there."""
    own = estate.build(swept)
    people = {"admin": own.world.as_user(own.staff)}
    owner = own.world.as_user(own.owner)
    wrong = []
    for tried in sorted(tries(swept, own.ids), key=lambda each: (each.is_write, each.audience == "account")):
        if tried.names_something and tried.endpoint not in OF_SOMEBODY_INVITED:
            reply = tried.ask(people.get(tried.audience, owner))
            reply.close()
            if reply.status_code in (401, 403, 404, 405, 422) or (not tried.is_write and reply.status_code != 200):
                wrong.append(f"{tried}: {reply.status_code} {reply.text[:200]}")
    assert wrong == []
