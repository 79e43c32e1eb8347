"""The web door: `gunicorn wsgi:app`, `flask --app wsgi`."""

import os

from webapp import create_app
from webapp.settings import Settings

app = create_app(Settings.from_environment(os.environ))
