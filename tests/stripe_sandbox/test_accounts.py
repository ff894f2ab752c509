"""Makers open connected accounts and go through onboarding."""

import pytest
import requests
import stripe


def test_a_new_account_has_everything_still_to_tell(platform, new_account):
    account = platform.accounts.retrieve(new_account(metadata={"organisation": "7"}).id)

    assert account.capabilities.to_dict() == {"transfers": "inactive"}
    assert (account.details_submitted, account.payouts_enabled, account.charges_enabled) == (False, False, False)
    assert "external_account" in account.requirements.currently_due
    assert account.controller.stripe_dashboard.type == "express"
    assert (account.default_currency, account.metadata["organisation"]) == ("eur", "7")


def test_the_onboarding_page_activates_the_account_and_leads_back(platform, new_account, onboarding_link):
    account = new_account(email="<b>maker</b>@example.org")
    url = onboarding_link(account.id)

    page = requests.get(url, timeout=5)
    assert "&lt;b&gt;maker&lt;/b&gt;@example.org" in page.text
    assert '<form method="post">' in page.text
    assert platform.accounts.retrieve(account.id).details_submitted is False

    back = requests.post(url, allow_redirects=False, timeout=5)
    assert (back.status_code, back.headers["Location"]) == (303, "http://127.0.0.1:1/done")
    done = platform.accounts.retrieve(account.id)
    assert done.capabilities.transfers == "active"
    assert (done.details_submitted, done.payouts_enabled) == (True, True)
    assert done.requirements.currently_due == []


def test_onboarding_tells_which_account_changed_and_what_it_was(platform, maker):
    told = platform.events.list({}, {"stripe_account": maker.id}).data

    assert [event.type for event in told] == ["account.updated", "account.external_account.created"]
    assert told[0].account == maker.id
    assert told[0].data.previous_attributes["details_submitted"] is False
    assert told[0].data.object.capabilities.transfers == "active"
    assert platform.events.list().data == []


def test_a_link_works_once_and_not_for_ever(controls, maker, onboarding_link):
    used, late = onboarding_link(maker.id), onboarding_link(maker.id)

    assert requests.post(used, allow_redirects=False, timeout=5).headers["Location"].endswith("/done")
    assert requests.get(used, allow_redirects=False, timeout=5).headers["Location"].endswith("/again")
    controls("clock", seconds=301)
    assert requests.post(late, allow_redirects=False, timeout=5).headers["Location"].endswith("/again")


def test_a_link_that_was_never_given_out_does_not_exist(served, maker):
    for path in (f"{maker.id}/guess", "acct_nobody/guess", ""):
        assert requests.get(f"{served.url}/_sandbox/onboarding/{path}", timeout=5).status_code == 404


def test_a_link_names_both_ways_back(platform, maker):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.account_links.create({"account": maker.id, "type": "account_onboarding", "return_url": "http://x"})

    assert (refused.value.code, refused.value.param) == ("parameter_missing", "refresh_url")


def test_a_country_without_stripe_is_refused(new_account):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_account(country="CN")

    assert refused.value.code == "country_unsupported"


def test_an_account_that_nobody_opened_does_not_exist(platform, pay):
    for id in ("acct_nobody", pay().id):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            platform.accounts.retrieve(id)
        assert refused.value.http_status == 404


def send(url, **fields):
    """What an owner sends from the onboarding page."""
    return requests.post(url, data=fields, allow_redirects=False, timeout=5).headers["Location"]


def test_an_owner_can_be_looked_at_first(platform, new_account, onboarding_link, controls, refused_control):
    account = new_account()
    assert send(onboarding_link(account.id), do="pending").endswith("/done")
    waiting = platform.accounts.retrieve(account.id)
    assert (waiting.capabilities.transfers, waiting.details_submitted) == ("pending", True)
    assert (waiting.payouts_enabled, waiting.requirements.disabled_reason) == (
        False,
        "requirements.pending_verification",
    )

    controls(f"accounts/{account.id}/capabilities", states={"transfers": "active"})

    assert platform.accounts.retrieve(account.id).payouts_enabled is True
    told = platform.events.list({}, {"stripe_account": account.id}).data[0].data
    assert told.previous_attributes["payouts_enabled"] is False
    assert refused_control(f"accounts/{account.id}/capabilities", states={"transfers": "asleep"}) == 400
    assert refused_control(f"accounts/{account.id}/capabilities", states={"card_payments": "active"}) == 400
    assert refused_control(f"accounts/{account.id}/capabilities", states="active") == 400
    assert refused_control(f"accounts/{account.id}/capabilities", colour="blue") == 400
    assert refused_control("accounts/acct_nobody/capabilities") == 404
    assert refused_control(f"accounts/{account.id}/praise") == 404


def test_an_owner_can_stop_half_way(platform, new_account, onboarding_link):
    account = new_account()

    assert send(onboarding_link(account.id), do="leave").endswith("/done")

    assert platform.accounts.retrieve(account.id).details_submitted is False


def test_an_owner_names_a_bank_account(platform, new_account, onboarding_link):
    account = new_account()
    send(onboarding_link(account.id), do="complete", bank="000111111113")

    bank = platform.accounts.external_accounts.list(account.id).data[0]
    assert (bank.last4, bank.currency, bank.default_for_currency) == ("1113", "eur", True)
    assert platform.accounts.external_accounts.retrieve(account.id, bank.id).account == account.id
    assert platform.accounts.retrieve(account.id).external_accounts.data[0].id == bank.id
    with pytest.raises(stripe.InvalidRequestError):
        platform.accounts.external_accounts.retrieve(account.id, "ba_nobody")


def test_an_account_is_changed_listed_and_closed(platform, new_account, maker):
    account = new_account()
    changed = platform.accounts.update(
        account.id,
        {
            "metadata": {"a": "b"},
            "capabilities": {"card_payments": {"requested": True}},
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        },
    )
    assert changed.capabilities.to_dict() == {"card_payments": "inactive", "transfers": "inactive"}
    assert (changed.metadata["a"], changed.settings.payouts.schedule.interval) == ("b", "manual")
    assert [each.id for each in platform.accounts.list().data] == [account.id, maker.id]
    assert platform.accounts.delete(account.id).deleted is True
    assert [each.id for each in platform.accounts.list().data] == [maker.id]


def test_an_account_with_money_is_not_closed(platform, maker, pay):
    given = {"currency": "eur", "destination": maker.id, "source_transaction": pay().latest_charge.id}
    platform.transfers.create(given)

    with pytest.raises(stripe.InvalidRequestError):
        platform.accounts.delete(maker.id)


@pytest.mark.parametrize(
    ("given", "dashboard", "type"),
    [({}, "full", "none"), ({"type": "express"}, "express", "express"), ({"type": "custom"}, "none", "custom")],
)
def test_an_account_can_be_told_by_its_type(platform, given, dashboard, type):
    account = platform.accounts.create({"country": "DE", **given})

    assert (account.controller.stripe_dashboard.type, account.type) == (dashboard, type)


def test_an_account_has_a_type_or_a_controller(new_account):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_account(type="express")

    assert refused.value.code == "parameters_exclusive"


def test_an_independent_account_asks_for_all_by_itself_and_can_be_ready_at_once(platform, served):
    served.sandbox.api.world.onboards_at_once = True

    account = platform.accounts.create({})

    assert account.capabilities.to_dict() == {"card_payments": "active", "transfers": "active"}
    assert (account.charges_enabled, account.payouts_enabled) == (True, True)
