"""The door for WSGI servers and for `flask --app wsgi`."""

import os

from blueprints.app import create_app
from config import load

app = create_app(load(os.environ))
