"""A bare Flask application, for the limit of the web server: one route, the shape of an order as JSON."""

from typing import Any

from flask import Flask

app = Flask(__name__)

ORDER: dict[str, Any] = {
    "id": "0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    "number": 1042,
    "state": "awaiting_payment",
    "total": {"minor": 123456, "currency": "EUR", "text": "1,234.56 EUR"},
    "lines": [{"number": 1, "description": "CNC milling, 3-axis, Aluminium 6061", "quantity": 25}],
    "jobs": [{"line_number": 1, "state": "waiting", "quantity": 25, "reports": [], "shipment": None}],
}


@app.post("/orders")
def order() -> dict[str, Any]:
    return ORDER


@app.get("/readyz")
def ready() -> dict[str, Any]:
    return {}
