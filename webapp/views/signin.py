"""Signing in with a one-time code by e-mail or text message, or with a one-time link; and signing out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid, TooMany
from webapp.extensions import database, limiter, now, settings
from webapp.models.identity import User
from webapp.models.outbox import Message
from webapp.services import addresses, languages, outbox, people, signin
from webapp.settings import Environment
from webapp.views.addresses import local_address
from webapp.views.devices import device_name
from webapp.views.language import reading_language
from webapp.views.session import cookie_name, current_login, current_user, hold_login, login_or_none
from webapp.views.words import worded

blueprint = Blueprint("signin", __name__)

Page = str | tuple[str, int] | Response

_REGION_OF_LANGUAGE = {"zh-Hans": "CN", "zh-Hant": "TW", "th": "TH", "en": "US"}


@blueprint.get("/signin")
def ask() -> Page:
    """The page that asks for an address."""
    if login_or_none():
        return redirect(url_for("home.index"))
    session["next"] = local_address(request.args.get("next", ""))
    return _ask_page()


@blueprint.post("/signin")
@limiter.limit("20 per 10 minutes; 60 per day")
def send() -> Page:
    """Send a code to the address."""
    try:
        address = _address()
        message = _post_code(address)
    except (Invalid, TooMany) as error:
        return _ask_page(worded(error)), 429 if isinstance(error, TooMany) else 422
    session["address"] = [address.channel, address.text]
    if settings().environment is not Environment.PRODUCTION:
        outbox.announce(message)
    return redirect(url_for("signin.code"))


@blueprint.get("/signin/code")
def code() -> Page:
    """The page that asks for the code."""
    address = _asked_address()
    return render_template("signin/code.html", address=address, problem="") if address else redirect(url_for("signin.ask"))


@blueprint.post("/signin/code")
@limiter.limit("30 per 10 minutes")
def enter() -> Page:
    """Let the bearer of the right code in."""
    address = _asked_address()
    if address is None:
        return redirect(url_for("signin.ask"))
    digits = "".join(letter for letter in request.form.get("code", "")[:20] if letter.isdecimal())
    with database().transaction() as rows:
        right = signin.use_code(rows, settings().secret_key, address, digits, now())
        user = people.find_or_open(rows, address, reading_language(), now()) if right else None
    if user is None:
        return render_template("signin/code.html", address=address, problem=worded(Invalid("code", "code-wrong"))), 422
    return let_in(user)


@blueprint.get("/signin/link/<token>")
def link(token: str) -> str:
    """The page behind a one-time link: it asks before it signs anybody in, so that a look-ahead does not use the link up."""
    with database().reading() as rows:
        user = signin.read_link(rows, settings().secret_key, token, now())
    return render_template("signin/link.html", user=user, token=token)


@blueprint.post("/signin/link/<token>")
@limiter.limit("30 per 10 minutes")
def follow(token: str) -> Page:
    """Sign in by a one-time link."""
    with database().transaction() as rows:
        user = signin.use_link(rows, settings().secret_key, token, now())
    return let_in(user) if user else (render_template("signin/link.html", user=None, token=token), 422)


@blueprint.post("/signout")
def leave() -> Response:
    """Sign this browser out."""
    with database().transaction() as rows:
        signin.end(rows, current_login().id, now())
    return _shown_out()


@blueprint.post("/signout/everywhere")
def leave_everywhere() -> Response:
    """Sign out every browser of this person."""
    with database().transaction() as rows:
        signin.end_all(rows, current_user().id, now())
    return _shown_out()


def _ask_page(problem: str = "") -> str:
    by = "phone" if (request.form or request.args).get("by") == "phone" else "email"
    region = request.form.get("region") or _REGION_OF_LANGUAGE[reading_language()]
    return render_template(
        "signin/page.html",
        by=by,
        region=region,
        regions=addresses.country_codes(),
        address=request.form.get("address", ""),
        problem=problem,
        has_google=bool(settings().google_client_id),
    )


def _address() -> people.Address:
    text = request.form.get("address", "")[:400]
    if request.form.get("by") == "phone":
        return addresses.phone_number(text, request.form.get("region", ""))
    return addresses.email_address(text)


def _asked_address() -> people.Address | None:
    asked = session.get("address")
    return people.Address(*asked) if asked else None


def _post_code(address: people.Address) -> Message:
    with database().transaction() as rows:
        known = people.find(rows, address)
        language = languages.negotiate(known.ui_language if known else "", reading_language())
        words = languages.catalogue(settings().translations, language)
        return outbox.post_code(rows, words, address, signin.make_code(rows, settings().secret_key, address, now()), language, now())


def let_in(user: User) -> Response:
    """Sign this browser in and lead on to the page that was asked for."""
    with database().transaction() as rows:
        token = signin.open_login(rows, user, login_or_none(), now(), device=device_name(request.user_agent.string))
    onward = session.get("next") or url_for("home.index")
    session.clear()
    return hold_login(redirect(onward), token)


def _shown_out() -> Response:
    session.clear()
    response = redirect(url_for("signin.ask"))
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=settings().secure)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
