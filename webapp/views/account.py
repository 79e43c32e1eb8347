"""One's own account: the name, the addresses that sign in, where one is signed in, the second factor."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid, TooMany, WebError
from webapp.extensions import database, limiter, now, settings
from webapp.models.outbox import Message
from webapp.services import addresses, languages, outbox, people, second_factor, signin
from webapp.services.people import Address
from webapp.settings import Environment
from webapp.views.language import reading_language
from webapp.views.session import current_login, current_user
from webapp.views.words import worded

blueprint = Blueprint("account", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/account")
def index() -> str:
    """The account."""
    return _page({})


@blueprint.post("/account/name")
def rename() -> Page:
    """Take another name."""
    try:
        with database().transaction() as rows:
            people.rename(rows, current_user().id, request.form.get("name", ""))
    except Invalid as error:
        return _page({"name": worded(error)}), 422
    return redirect(url_for("account.index"))


@blueprint.post("/account/address")
@limiter.limit("20 per 10 minutes; 60 per day")
def send() -> Page:
    """Send a code to an address that is to sign in too."""
    try:
        address = addresses.read(request.form.get("address", "")[:400], _region())
        message = _post_code(address)
    except (Invalid, TooMany) as error:
        return _page({"address": worded(error)}), 422
    session["new_address"] = [address.channel, address.text]
    if settings().environment is not Environment.PRODUCTION:
        outbox.announce(message)
    return redirect(url_for("account.code"))


@blueprint.get("/account/address")
def code() -> Page:
    """The page that asks for the code."""
    address = _asked()
    return render_template("account/code.html", address=address, problem="") if address else redirect(url_for("account.index"))


@blueprint.post("/account/address/code")
@limiter.limit("30 per 10 minutes")
def enter() -> Page:
    """Take the address in, once its code is right."""
    address = _asked()
    if address is None:
        return redirect(url_for("account.index"))
    problem = _take(address, "".join(letter for letter in request.form.get("code", "")[:20] if letter.isdecimal()))
    if problem:
        return render_template("account/code.html", address=address, problem=worded(problem)), 422
    session.pop("new_address")
    return redirect(url_for("account.index"))


@blueprint.post("/account/logins/<login_id>/end")
def end(login_id: str) -> Response:
    """Sign another browser out."""
    with database().transaction() as rows:
        signin.end_of(rows, current_user().id, login_id, now())
    return redirect(url_for("account.index"))


def _page(problem: dict[str, str]) -> str:
    user = current_user()
    with database().reading() as rows:
        logins = signin.logins_of(rows, user.id, now())
        factor, codes = second_factor.of(rows, user.id), second_factor.codes_left(rows, user.id)
        needed = any(identity.tenant.kind in second_factor.REQUIRED_OF for identity in people.identities(rows, user.id))
    return render_template(
        "account/page.html", problem=problem, logins=logins, here=current_login().id, factor=factor, codes_left=codes, factor_needed=needed
    )


def _region() -> str:
    return {"zh-Hans": "CN", "zh-Hant": "TW", "th": "TH"}.get(reading_language(), "")


def _asked() -> Address | None:
    asked = session.get("new_address")
    return Address(*asked) if asked else None


def _post_code(address: Address) -> Message:
    language = languages.negotiate(current_user().ui_language, reading_language())
    words = languages.catalogue(settings().translations, language)
    with database().transaction() as rows:
        made = signin.make_code(rows, settings().secret_key, address, now())
        return outbox.post_code(rows, words, address, made, language, now())


def _take(address: Address, digits: str) -> WebError | None:
    """What keeps the address from being taken in, if anything does. The try is counted whatever comes of it."""
    with database().transaction() as rows:
        right = signin.use_code(rows, settings().secret_key, address, digits, now())
    if not right:
        return Invalid("code", "code-wrong")
    try:
        with database().transaction() as rows:
            people.add_address(rows, current_user().id, address)
    except Conflict as error:
        return error
    return None
