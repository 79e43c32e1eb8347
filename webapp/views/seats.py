"""An enterprise's seats: its administrator gives them to users and takes them back."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.extensions import database, now
from webapp.ledger.kinds import SEATS, Kind
from webapp.models.tenant import TenantKind
from webapp.services import members
from webapp.views.access import admins
from webapp.views.session import actor, current_tenant

blueprint = Blueprint("seats", __name__)


@blueprint.post("/members/<member_id>/seats")
@admins(TenantKind.ENTERPRISE)
def assign(member_id: str) -> Response:
    """Give a user a seat: one that waits, else a new term from stock."""
    with database().transaction() as session:
        members.give_seat(session, actor(), current_tenant(), member_id, _kind(), now())
    return redirect(url_for("members.show_member", member_id=member_id))


@blueprint.post("/members/<member_id>/seats/<seat_id>/release")
@admins(TenantKind.ENTERPRISE)
def release(member_id: str, seat_id: str) -> Response:
    """Take it back; the rest of its term waits for the next."""
    with database().transaction() as session:
        members.take_seat(session, actor(), current_tenant(), member_id, seat_id, now())
    return redirect(url_for("members.show_member", member_id=member_id))


def _kind() -> Kind:
    kind = request.form.get("kind", "")
    if kind not in SEATS:
        raise Invalid("kind", "kind-wrong")
    return Kind(kind)
