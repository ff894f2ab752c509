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
