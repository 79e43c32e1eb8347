"""The operator's staff: who does which work."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, or_
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.extensions import database, now
from webapp.models.identity import User
from webapp.models.staff import StaffRole
from webapp.models.tenant import Membership
from webapp.services import addresses, people, permissions, second_factor, staff
from webapp.services.permissions import Permission
from webapp.views.access import needs
from webapp.views.language import reading_language
from webapp.views.listing import Column, Listing, Row, show, words
from webapp.views.members import REGIONS
from webapp.views.session import actor
from webapp.views.tenant_words import STAFF_ROLES
from webapp.views.words import worded

blueprint = Blueprint("operator_staff", __name__)


def _named(text: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in (col(User.name), col(User.email), col(User.phone))))


def _listing(roles: dict[str, tuple[StaffRole, ...]]) -> Listing:
    """The list; each person's kinds of work are looked up once for all rows."""

    def work(row: Row) -> str:
        return ", ".join(str(STAFF_ROLES[role]) for role in roles.get(row.User.id, ()))

    return Listing(
        name="staff",
        columns=(
            Column(
                "name",
                _("Name"),
                lambda row: row.User.name,
                sort=col(User.name),
                link=lambda row: url_for("operator_staff.show_person", user_id=row.User.id),
            ),
            Column("address", _("E-mail or phone"), lambda row: row.User.email or row.User.phone),
            Column("work", _("Work"), work),
            Column("since", _("Since"), lambda row: row.Membership.created_at, sort=col(Membership.created_at)),
        ),
        filters=(words("q", _("Name, e-mail or phone"), _named),),
        tie=col(User.id),
        first_sort="since",
        empty=_("Nobody is here yet."),
    )


@blueprint.get("/operator/staff")
@needs(Permission.MANAGE_STAFF)
def index() -> Response:
    """Everybody."""
    return _page("", "")


@blueprint.post("/operator/staff")
@needs(Permission.MANAGE_STAFF)
def employ() -> Response | tuple[Response, int]:
    """Take somebody in."""
    typed = request.form.get("address", "")[:400]
    try:
        address = addresses.read(typed, REGIONS.get(reading_language(), ""))
        with database().transaction() as session:
            user = people.find_or_open(session, address, reading_language(), now())
            staff.employ(session, actor(), user, _roles(), now())
    except (Invalid, Conflict) as error:
        return _page(worded(error), typed), 422
    return redirect(url_for("operator_staff.index"))


@blueprint.get("/operator/staff/<user_id>")
@needs(Permission.MANAGE_STAFF)
def show_person(user_id: str) -> str:
    """One of them."""
    return _person_page(user_id, "")


@blueprint.post("/operator/staff/<user_id>")
@needs(Permission.MANAGE_STAFF)
def assign(user_id: str) -> Response | tuple[str, int]:
    """Give one of them other work."""
    try:
        with database().transaction() as session:
            staff.employ(session, actor(), staff.find(session, user_id), _roles(), now())
    except (Invalid, Conflict) as error:
        return _person_page(user_id, worded(error)), 422
    return redirect(url_for("operator_staff.index"))


@blueprint.post("/operator/staff/<user_id>/dismiss")
@needs(Permission.MANAGE_STAFF)
def dismiss(user_id: str) -> Response:
    """Take all work away from one of them."""
    with database().transaction() as session:
        staff.dismiss(session, actor(), user_id, now())
    return redirect(url_for("operator_staff.index"))


@blueprint.post("/operator/staff/<user_id>/factor")
@needs(Permission.MANAGE_STAFF)
def forget_factor(user_id: str) -> Response:
    """Let one of them who has lost her phone set up a new second factor."""
    with database().transaction() as session:
        second_factor.forget(session, actor(), staff.find(session, user_id), now())
    return redirect(url_for("operator_staff.show_person", user_id=user_id))


def _roles() -> list[StaffRole]:
    """The kinds of work that were ticked. Raises Invalid for one that there is not."""
    try:
        return [StaffRole(role) for role in request.form.getlist("roles")]
    except ValueError as error:
        raise Invalid("roles", "staff-roles-missing") from error


def _page(problem: str, address: str) -> Response:
    with database().reading() as session:
        roles = staff.roles_by_user(session)
    return show(_listing(roles), staff.query(), "operator/staff.html", problem=problem, address=address, roles=STAFF_ROLES)


def _person_page(user_id: str, problem: str) -> str:
    with database().reading() as session:
        person = staff.find(session, user_id)
        held = permissions.roles_of(session, user_id)
        factor = second_factor.of(session, user_id)
    return render_template("operator/person.html", person=person, held=held, factor=factor, roles=STAFF_ROLES, problem=problem)
