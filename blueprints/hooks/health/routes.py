"""Health: whether the process lives, and whether it should be sent requests."""

from functools import cache
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app
from marshmallow import fields

from blueprints.hooks.door import door
from blueprints.http.schemas import Shows
from marketplace.kernel import readiness
from marketplace.kernel.errors import Unavailable

health = door.room("health", "For load balancers and people on call.", path="")


class NotReady(Unavailable):
    """The process lives, and must not serve yet."""

    code = "not_ready"


class Health(Shows):
    """All is well."""

    status = fields.Constant("ok", required=True, metadata={"example": "ok"})


@health.get("/healthz")
@health.response(200, Health)
def alive() -> dict[str, Any]:
    """Say that the process lives; asks nothing of anybody."""
    return {}


@health.get("/readyz")
@health.response(200, Health)
def ready() -> dict[str, Any]:
    """Say whether requests are welcome: the database answers, is migrated, and can search Chinese."""
    troubles = readiness.troubles(newest_migration=_newest_migration())
    if troubles:
        raise NotReady(" ".join(troubles), troubles=troubles)
    return {}


@cache
def _newest_migration() -> str:
    directory = current_app.extensions["migrate"].directory
    return ScriptDirectory(str(directory)).get_current_head() or ""
