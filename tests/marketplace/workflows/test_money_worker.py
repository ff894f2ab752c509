"""The real worker does the jobs of money: found by name, with the arguments that were left for them."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from blueprints.http.ports import KEY
from marketplace import bootstrap
from marketplace.jobs.worker import build
from marketplace.orders.states import OrderState
from tests.money import Till


def test_a_worker_takes_an_order_from_the_event_to_the_transfer(app_with_stripe: Flask, till: Till) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200})
    till.pay(order_id)
    till.deliver(till.stripe.events("payment_intent.succeeded")[0])

    work(app_with_stripe)
    assert till.order_state(order_id) is OrderState.PAID
    till.release(order_id)
    work(app_with_stripe)

    assert till.payment(order_id).transferred_minor == 9_200
    assert till.sql("select count(*) from procrastinate_jobs") == [0]
    assert till.broken() == []


def work(app: Flask) -> None:
    """Do everything that waits, in a real worker, and come back."""

    def in_scope(call_next: Callable[[], Any], _context: Any, _worker: Any) -> Any:
        with app.app_context():
            return call_next()

    _, ports = app.extensions[KEY]
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg://", "postgresql://", 1)
    worker = build(url, bootstrap.handlers(ports))
    with worker.open():
        worker.run_worker(
            wait=False,
            concurrency=1,
            delete_jobs="successful",
            install_signal_handlers=False,
            task_middleware=[in_scope],
        )
