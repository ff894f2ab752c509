from tests.deals import deal  # noqa: F401
from tests.tills import _served, _stripe, app_with_stripe, local_stripe, till  # noqa: F401
