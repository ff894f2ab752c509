"""The door for WSGI servers and for `flask --app wsgi`."""

import gc
import os

from blueprints.app import create_app
from config import load

app = create_app(load(os.environ))

# What was imported stays until the end, and one quote alone makes thousands of objects: without this the collector
# walks the whole application several times a second (measured: a third of the CPU of a quote with 50 offers).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
