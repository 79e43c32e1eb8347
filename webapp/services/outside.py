"""People whom an identity provider knows: found by its name for them, else by the e-mail address it has verified."""

from datetime import datetime

from sqlmodel import Session, select

from webapp.errors import Invalid
from webapp.models.identity import OutsideIdentity, User
from webapp.providers.login.oidc import Claims
from webapp.services import addresses, people


def find_or_open(session: Session, issuer: str, claims: Claims, language: str, now: datetime) -> User:
    """The person behind `claims`; at first sight her account, or a new one. Raises Invalid without a verified address."""
    known = select(User).join(OutsideIdentity).where(OutsideIdentity.issuer == issuer, OutsideIdentity.subject == claims.subject)
    return session.exec(known).first() or _link(session, issuer, claims, language, now)


def _link(session: Session, issuer: str, claims: Claims, language: str, now: datetime) -> User:
    if not claims.email:
        raise Invalid("address", "google-address")
    user = people.find_or_open(session, addresses.email_address(claims.email), language, now)
    session.add(OutsideIdentity(user_id=user.id, issuer=issuer, subject=claims.subject, created_at=now))
    session.flush()
    return user
