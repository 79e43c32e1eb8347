"""The people of an enterprise or agent: its administrator finds, adds, configures and removes them, and hands her office over."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, or_
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.extensions import database, now
from webapp.ledger.kinds import MINUTE_MS, SEATS, TIMED, Kind
from webapp.models.identity import User
from webapp.models.tenant import Membership, Role
from webapp.services import addresses, entitlements, members, seats
from webapp.views.access import team_admins
from webapp.views.language import reading_language
from webapp.views.listing import Column, Listing, days, one_of, show, words
from webapp.views.session import actor, current_tenant
from webapp.views.words import worded

blueprint = Blueprint("members", __name__)

REGIONS = {"zh-Hans": "CN", "zh-Hant": "TW", "th": "TH"}
ROLES = {Role.ADMIN.value: _("Administrator"), Role.MEMBER.value: _("Member")}
CAPPED = {
    Kind.VIDEO: _("Video, minutes"),
    Kind.PRESENTER: _("Presenter customisations"),
    Kind.VOICE: _("Voice customisations"),
    Kind.LIVE_BASIC: _("Live basic, minutes"),
}
"""What may be capped per member: everything that comes out of the common pool."""

CAP_MAX = 10**9


def _named(text: str) -> ColumnElement[bool]:
    columns = (col(Membership.label), col(User.name), col(User.email), col(User.phone))
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


MEMBERS = Listing(
    name="members",
    columns=(
        Column(
            "name",
            _("Name"),
            lambda row: row.Membership.label or row.User.name,
            sort=col(User.name),
            link=lambda row: url_for("members.show_member", member_id=row.Membership.id),
        ),
        Column("address", _("E-mail or phone"), lambda row: row.User.email or row.User.phone),
        Column("role", _("Role"), lambda row: ROLES[row.Membership.role], sort=col(Membership.role)),
        Column("since", _("Added"), lambda row: row.Membership.created_at, sort=col(Membership.created_at)),
    ),
    filters=(
        words("q", _("Name, e-mail or phone"), _named),
        one_of("role", _("Role"), ROLES, lambda role: col(Membership.role) == Role(role)),
        *days("from", "until", col(Membership.created_at)),
    ),
    tie=col(Membership.id),
    first_sort="since",
    empty=_("Nobody is here yet."),
)


@blueprint.get("/members")
@team_admins
def index() -> Response:
    """Everybody."""
    return show(MEMBERS, members.query(current_tenant().id), "members/page.html", problem="", address="", label="")


@blueprint.post("/members")
@team_admins
def add() -> Response | tuple[Response, int]:
    """Take somebody in."""
    form = request.form
    language = reading_language()
    try:
        address = addresses.read(form.get("address", "")[:400], REGIONS.get(language, ""))
        with database().transaction() as session:
            members.add(session, actor(), current_tenant(), address, now(), label=form.get("label", ""), language=language)
    except (Invalid, Conflict) as error:
        again: dict[str, Any] = {"problem": worded(error), "address": form.get("address", ""), "label": form.get("label", "")}
        return show(MEMBERS, members.query(current_tenant().id), "members/page.html", **again), 422
    return redirect(url_for("members.index"))


@blueprint.get("/members/<member_id>")
@team_admins
def show_member(member_id: str) -> str:
    """One of them, to be configured."""
    return _member_page(member_id, "")


@blueprint.post("/members/<member_id>")
@team_admins
def configure(member_id: str) -> Response | tuple[str, int]:
    """Call her something else, and set how much of the common pool she may use."""
    try:
        with database().transaction() as session:
            members.relabel(session, actor(), current_tenant(), member_id, now(), label=request.form.get("label", ""))
            members.limit(session, actor(), current_tenant(), member_id, now(), caps=_caps())
    except Invalid as error:
        return _member_page(member_id, worded(error)), 422
    return redirect(url_for("members.show_member", member_id=member_id))


@blueprint.post("/members/<member_id>/remove")
@team_admins
def remove(member_id: str) -> Response:
    """Send her away."""
    with database().transaction() as session:
        members.remove(session, actor(), current_tenant(), member_id, now())
    return redirect(url_for("members.index"))


@blueprint.post("/members/<member_id>/admin")
@team_admins
def hand_over(member_id: str) -> Response:
    """Make her the administrator, and oneself a member."""
    with database().transaction() as session:
        members.hand_over(session, actor(), current_tenant(), member_id, now())
    return redirect(url_for("projects.index"))


def _member_page(member_id: str, problem: str) -> str:
    with database().reading() as session:
        member, person = members.find(session, current_tenant(), member_id)
        held = {seat.kind: seat for seat in seats.all_of(session, current_tenant(), now()) if seat.user_id == person.id}
        stock = {kind: entitlements.balance(session, current_tenant(), kind, now()).available for kind in sorted(SEATS)}
        caps = {cap.kind: _shown(cap.kind, cap.amount) for cap in entitlements.caps(session, current_tenant()) if cap.user_id == person.id}
    given = {"member": member, "person": person, "held": held, "stock": stock, "caps": caps}
    return render_template("members/member.html", **given, capped=CAPPED, problem=problem)


def _caps() -> dict[Kind, int | None]:
    return {kind: _amount(kind, request.form.get(f"cap-{kind}", "").strip()) for kind in CAPPED}


def _amount(kind: Kind, text: str) -> int | None:
    """What was typed, in the kind's unit; nothing typed is no cap. Raises Invalid."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > CAP_MAX:
        raise Invalid("cap", "cap-wrong")
    return int(text) * (MINUTE_MS if kind in TIMED else 1)


def _shown(kind: Kind, amount: int) -> int:
    return amount // MINUTE_MS if kind in TIMED else amount
