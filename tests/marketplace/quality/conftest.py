import pytest

from tests import inspections


@pytest.fixture
def bench(scene, make_organisation):
    """A job of two pieces, every piece inspected, that its factory has taken."""
    shop = make_organisation("Drehteile Müller", hats=("factory",))
    return inspections.bench(scene, make_organisation("支架公司"), shop).accept()
