"""The second factor: asked for after signing in, set up on the same page by whoever has none yet."""

import segno
from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.errors import Forbidden, Invalid, TooMany
from webapp.extensions import database, limiter, now, settings
from webapp.services import people, second_factor, signin
from webapp.services.second_factor import Answer
from webapp.views.addresses import local_address
from webapp.views.session import actor, current_present, current_user, hold_login
from webapp.views.words import worded

blueprint = Blueprint("second_factor", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/second-factor")
def ask() -> Page:
    """The page that asks for the code, or shows the picture for an authenticator."""
    session["next"] = local_address(request.args.get("next", ""))
    return _page("")


@blueprint.post("/second-factor")
@limiter.limit("30 per 10 minutes")
def answer() -> Page:
    """Let the bearer of the right code on."""
    with database().transaction() as rows:
        given = second_factor.prove(rows, settings().secret_key, current_user().id, request.form.get("code", "")[:20], now())
        token = signin.prove(rows, current_present(), now()) if given is Answer.RIGHT else ""
    if token:
        return hold_login(redirect(session.pop("next", "") or url_for("home.index")), token)
    return _page(worded(TooMany("factor-locked") if given is Answer.LOCKED else Invalid("code", "factor-wrong"))), 422


@blueprint.post("/second-factor/confirm")
@limiter.limit("30 per 10 minutes")
def confirm() -> Page:
    """Turn it on with its first code, and show the recovery codes."""
    with database().transaction() as rows:
        codes = second_factor.confirm(rows, settings().secret_key, actor(), request.form.get("code", "")[:20], now())
        token = signin.prove(rows, current_present(), now()) if codes else ""
    if not codes:
        return _page(worded(Invalid("code", "factor-wrong"))), 422
    return hold_login(Response(_codes_page(codes), mimetype="text/html"), token)


@blueprint.post("/second-factor/codes")
def renew() -> str:
    """Make new recovery codes."""
    with database().transaction() as rows:
        codes = second_factor.renew_codes(rows, settings().secret_key, current_user().id)
    return _codes_page(codes)


@blueprint.post("/second-factor/off")
def forget() -> Response:
    """Turn it off, where no identity of this person needs it."""
    with database().transaction() as rows:
        if any(identity.tenant.kind in second_factor.REQUIRED_OF for identity in people.identities(rows, current_user().id)):
            raise Forbidden("factor-required")
        second_factor.forget(rows, actor(), current_user(), now())
    return redirect(url_for("account.index"))


def _page(problem: str) -> str:
    with database().transaction() as rows:
        has_one = second_factor.of(rows, current_user().id) is not None
        address = "" if has_one else second_factor.begin(rows, settings().secret_key, current_user(), now())
    if has_one:
        return render_template("second_factor/page.html", problem=problem)
    picture = segno.make_qr(address).svg_data_uri(scale=5, border=2, light="#fff")
    secret = address.partition("secret=")[2].partition("&")[0]
    return render_template("second_factor/new.html", problem=problem, picture=picture, secret=secret)


def _codes_page(codes: tuple[str, ...]) -> str:
    return render_template("second_factor/codes.html", codes=codes, onward=session.pop("next", "") or url_for("home.index"))
