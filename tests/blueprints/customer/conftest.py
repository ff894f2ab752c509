"""A customer with a measured part, and factories that would make it."""

import pytest


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Customer")


@pytest.fixture
def browser(customer, as_user):
    return as_user(customer)


@pytest.fixture
def shops(make_organisation, scene):
    """Three mills, the second the cheapest."""
    owners = [make_organisation(f"Shop {n}", hats=("factory",), country=c) for n, c in enumerate(("DE", "CN", "US"))]
    return [scene.shop(owner, machine_rate=rate) for owner, rate in zip(owners, (6000, 4000, 9000), strict=True)]


@pytest.fixture
def wanted(customer, scene):
    return {
        "revision_id": str(scene.part(customer).id),
        "process": "cnc_milling",
        "material": "aluminium_6061",
        "quantity": 25,
        "currency": "EUR",
    }
