from tests.tills import _served, _stripe, local_stripe, till  # noqa: F401
