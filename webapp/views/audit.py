"""The audit log: whole for the operator, and a tenant's own for its administrator."""

from typing import Final

from flask import Blueprint
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, or_
from sqlmodel import col
from werkzeug.wrappers import Response

from webapp.models.audit import AuditEntry
from webapp.models.tenant import TenantKind
from webapp.services import audit
from webapp.services.permissions import Permission
from webapp.views.access import admins, needs
from webapp.views.audit_words import details
from webapp.views.listing import Column, Filter, Listing, days, one_of, show, words
from webapp.views.session import current_tenant
from webapp.views.tenant_words import ACTS, act

blueprint = Blueprint("audit", __name__)

WHEN: Final = Column("when", _("When"), lambda row: row.AuditEntry.created_at, sort=col(AuditEntry.created_at))
WHO: Final = Column("who", _("Who"), lambda row: row.AuditEntry.actor or _("The installation"))
ACT: Final = Column("act", _("What was done"), lambda row: act(row.AuditEntry.verb), sort=col(AuditEntry.verb))
SUBJECT: Final = Column("subject", _("To"), lambda row: row.AuditEntry.subject)


def _named(text: str) -> ColumnElement[bool]:
    return or_(col(AuditEntry.actor).icontains(text, autoescape=True), col(AuditEntry.subject).icontains(text, autoescape=True))


FILTERS: Final[tuple[Filter, ...]] = (
    words("q", _("Who, or to whom"), _named),
    one_of("act", _("What was done"), ACTS, lambda verb: col(AuditEntry.verb) == verb),
    *days("from", "until", col(AuditEntry.created_at)),
)

LOG: Final = Listing(
    name="audit",
    columns=(WHEN, WHO, ACT, SUBJECT, Column("facts", _("Details"), lambda row: details(row.AuditEntry))),
    filters=FILTERS,
    tie=col(AuditEntry.id),
    first_sort="-when",
    empty=_("Nothing was done yet."),
)
OWN: Final = Listing(
    name="activity",
    columns=(WHEN, WHO, ACT, SUBJECT),
    filters=FILTERS,
    tie=col(AuditEntry.id),
    first_sort="-when",
    empty=_("Nothing was done yet."),
)
"""Without details: some of them are money, which a customer never sees."""


@blueprint.get("/operator/audit")
@needs(Permission.SEE_AUDIT)
def index() -> Response:
    """Everything."""
    return show(LOG, audit.query(), "operator/audit.html")


@blueprint.get("/activity")
@admins(TenantKind.PERSONAL, TenantKind.ENTERPRISE, TenantKind.AGENT)
def own() -> Response:
    """What was done to this tenant, by whom."""
    return show(OWN, audit.query_of(current_tenant().id), "activity/page.html")
