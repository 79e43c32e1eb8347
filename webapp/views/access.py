"""Who may come to a page. The guard in views/session asks here before every request, and nothing else decides.

The address says for whom a page is: `/operator/…` for the operator's staff, `/agent/…` for agents, everything else for whoever is
signed in. A decorator under the route narrows it: `needs` names the permission every page of the operator's console has (one that
names none is shut), `admins` keeps a page for the administrators of some kinds of tenant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from webapp.models.tenant import Role, TenantKind
from webapp.services.bindings import CUSTOMERS
from webapp.services.members import TEAMS
from webapp.services.permissions import Permission
from webapp.services.signin import Present

View = TypeVar("View", bound=Callable[..., Any])

_RULE: Final = "access_rule"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a page asks of whoever comes: a permission of the operator's, or to be an administrator of a tenant of these kinds."""

    permission: Permission | None = None
    admins_of: tuple[TenantKind, ...] = ()


def needs(permission: Permission) -> Callable[[View], View]:
    """For those of the operator's staff whose work permits this."""
    return _ruled(Rule(permission=permission))


def admins(*kinds: TenantKind) -> Callable[[View], View]:
    """For the administrator of a tenant of one of these kinds; visitors never are."""
    return _ruled(Rule(admins_of=kinds))


def team_admins(view: View) -> View:
    """For the administrator of an enterprise or agent."""
    return admins(*TEAMS)(view)


def customer_admins(view: View) -> View:
    """For whoever decides for a customer: a person for herself, the administrator for an enterprise."""
    return admins(*CUSTOMERS)(view)


def is_allowed(path: str, view: Callable[..., Any] | None, present: Present, permissions: frozenset[Permission]) -> bool:
    """Whether this person may come to the page at `path`."""
    rule: Rule = getattr(view, _RULE, Rule())
    place = path.split("/", 2)[1]
    if place == "operator":
        return present.tenant.kind is TenantKind.OPERATOR and rule.permission in permissions
    if place == "agent" and present.tenant.kind is not TenantKind.AGENT:
        return False
    return not rule.admins_of or (present.role is Role.ADMIN and present.tenant.kind in rule.admins_of)


def _ruled(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _RULE, rule)
        return view

    return mark
