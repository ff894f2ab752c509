"""The ports and settings of the running application, for routes that hold one."""

from flask import Flask, current_app

from config import Config
from marketplace.bootstrap import Ports
from marketplace.costing.rates import Charges

KEY = "commonforge"


def attach(app: Flask, config: Config, ports: Ports) -> None:
    app.extensions[KEY] = (config, ports)


def settings() -> Config:
    config: Config = current_app.extensions[KEY][0]
    return config


def ports() -> Ports:
    found: Ports = current_app.extensions[KEY][1]
    return found


def charges() -> Charges:
    """What this marketplace adds to a factory's price."""
    return Charges(fee_bps=settings().platform_fee_bps, platform_number=settings().platform_tax_number)
