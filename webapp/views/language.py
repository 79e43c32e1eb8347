"""The language of the page: the reader's own choice, else her cookie, else what her browser asks for."""

from flask import Blueprint, g, has_request_context, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.extensions import database, settings
from webapp.services import languages, people
from webapp.views.addresses import local_address

blueprint = Blueprint("language", __name__)

COOKIE = "piying_language"
YEAR_S = 365 * 24 * 3600


def reading_language() -> str:
    """The interface language of the request at hand, as a tag."""
    if not has_request_context():
        return languages.DEFAULT
    user = g.get("user")
    chosen_before = (user.ui_language if user else "", request.cookies.get(COOKIE, ""))
    return languages.negotiate(*chosen_before, *request.accept_languages.values())


def chosen() -> str:
    """The catalogue for the request at hand."""
    return languages.locale_of(reading_language())


@blueprint.post("/language")
def choose() -> Response:
    """Remember a language and go back to where the reader was."""
    language = request.form.get("language", "")
    if language not in languages.LANGUAGES:
        raise Invalid("language")
    if user := g.get("user"):
        with database().transaction() as session:
            people.choose_language(session, user.id, language)
    response = redirect(local_address(request.form.get("next", "")) or url_for("home.index"))
    response.set_cookie(COOKIE, language, max_age=YEAR_S, samesite="Lax", secure=settings().secure, httponly=True)
    return response
