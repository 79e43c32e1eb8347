"""The web application. `create_app` is its one door: every module in views and cli that offers something is taken in by being there."""

import pkgutil
from importlib import import_module
from types import ModuleType

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import webapp.cli
import webapp.views
from webapp import extensions, statics
from webapp.extensions import Clock
from webapp.models.columns import utc_now
from webapp.settings import Settings
from webapp.views import language


def create_app(settings: Settings, clock: Clock = utc_now) -> Flask:
    """The application for `settings`; tests bring their own `clock`."""
    app = Flask(__name__, static_folder=None)
    app.config.update(_configuration(settings))
    statics.attach(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]
    views = _modules(webapp.views)  # before the sockets are attached: they hear only what is there by then
    extensions.attach(app, settings, clock, language.chosen)
    for module in views:
        if blueprint := getattr(module, "blueprint", None):
            app.register_blueprint(blueprint)
    for module in _modules(webapp.cli):
        for command in getattr(module, "COMMANDS", ()):
            app.cli.add_command(command)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": settings.upload_bytes_max + 64 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "PREFERRED_URL_SCHEME": "https" if settings.secure else "http",
        "SESSION_COOKIE_NAME": f"piying_form_{settings.cookie_suffix}",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
    }


def _modules(package: ModuleType) -> list[ModuleType]:
    return [import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)]
