"""The web door: `gunicorn wsgi:app`, `flask --app wsgi`."""

import os

from webapp import create_app, logs
from webapp.settings import Settings

settings = Settings.from_environment(os.environ)
logs.configure(settings.environment)
app = create_app(settings)
