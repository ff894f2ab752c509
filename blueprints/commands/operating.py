"""What whoever runs this marketplace does: appoint its first admin, keep its jobs going, prove its invariants."""

import os
from contextlib import AbstractContextManager

import click
from flask import current_app
from flask.cli import with_appcontext
from marshmallow import ValidationError

from blueprints.account.registration.schemas import StaffNamed
from blueprints.http.ports import ports
from marketplace import bootstrap
from marketplace.accounts import passwords
from marketplace.accounts import service as accounts
from marketplace.jobs import worker as jobs
from marketplace.jobs.queue import Queue
from marketplace.kernel.errors import Refusal
from marketplace.kernel.transaction import transaction


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="Their name, as decisions are signed with it.")
@click.option("--another", is_flag=True, help="Also when this marketplace has staff already.")
@with_appcontext
def make_admin(email: str, name: str, another: bool) -> None:
    """Make the person who runs this marketplace; the password is in ADMIN_PASSWORD, or asked for."""
    password = os.environ.get("ADMIN_PASSWORD") or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        terms = StaffNamed().load({"email": email, "name": name, "password": password})
        password_hash = passwords.prepared(terms["password"], email=terms["email"])
        with transaction():
            staff = accounts.appoint_staff(
                email=terms["email"], name=terms["name"], password_hash=password_hash, another=another
            )
    except (Refusal, ValidationError) as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{staff.name} <{staff.email}> runs this marketplace now.")


@click.command()
@click.option("--queue", "queues", multiple=True, help="Only these queues (main, geometry, outside); all by default.")
@click.option("--threads", default=4, show_default=True, help="Jobs done at once.")
def worker(queues: tuple[str, ...], threads: int) -> None:
    """Do the jobs that requests leave behind, until told to stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def scope() -> AbstractContextManager[object]:
        context: AbstractContextManager[object] = app.app_context()
        return context

    url: str = app.config["SQLALCHEMY_DATABASE_URI"]
    jobs.run(
        url.replace("postgresql+psycopg://", "postgresql://", 1),
        bootstrap.handlers(ports()),
        scope=scope,
        queues=queues or [queue.value for queue in Queue],
        threads=threads,
    )


@click.command()
def check() -> None:
    """Prove every stored invariant over the whole database; exits 1 if one is broken."""
    from marketplace.workflows import checking

    broken = 0
    for finding in checking.check():
        broken += bool(finding.offenders)
        mark = "BROKEN" if finding.offenders else "holds"
        click.echo(f"{finding.invariant.id:<4} {mark:<6} {finding.checked:>9,}  {finding.invariant.says}")
        for offender in finding.offenders[: checking.MOST_SHOWN]:
            click.echo(f"            {offender}")
    click.echo(f"{len(checking.ALL) - broken} of {len(checking.ALL)} invariants hold.")
    if broken:
        raise SystemExit(1)
