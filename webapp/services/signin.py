"""Signing in: one-time codes and links, and the logins that follow from them. Only hashes are stored."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from webapp.errors import TooMany
from webapp.models.columns import new_id
from webapp.models.identity import Login, LoginCode, User
from webapp.models.tenant import Membership, Tenant
from webapp.services import people

CODE_DIGITS: Final = 6
CODE_LIFE: Final = timedelta(minutes=10)
LINK_LIFE: Final = timedelta(minutes=15)
ATTEMPTS_MAX: Final = 5
CODES_PER_HOUR_MAX: Final = 5
RESEND_AFTER: Final = timedelta(seconds=30)
LOGIN_LIFE: Final = timedelta(days=30)
TOUCH_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is signed in."""

    login: Login
    user: User
    tenant: Tenant


def make_code(session: Session, key: str, address: people.Address, now: datetime) -> str:
    """A new code for `address`; earlier ones no longer count. Raises TooMany for somebody who asks too often."""
    _refuse_too_many(session, address, now)
    session.execute(sa.update(LoginCode).where(_open_codes(address.text)).values(used_at=now))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    _store(session, address.text, lambda row_id: _hash(key, row_id, code), now, CODE_LIFE)
    return code


def use_code(session: Session, key: str, address: people.Address, code: str, now: datetime) -> bool:
    """Whether `code` lets the bearer of `address` in. Every try counts, so the caller must commit whatever the answer is."""
    row = session.exec(
        select(LoginCode).where(_open_codes(address.text)).order_by(col(LoginCode.created_at).desc()).with_for_update()
    ).first()
    if row is None or row.expires_at <= now or row.attempts >= ATTEMPTS_MAX:
        return False
    row.attempts += 1
    right = hmac.compare_digest(row.code_hash, _hash(key, row.id, code))
    if right:
        row.used_at = now
    session.flush()
    return right


def make_link(session: Session, key: str, user_id: str, now: datetime, life: timedelta = LINK_LIFE) -> str:
    """A token for `/signin/link/<token>`: it signs one browser in as this person, once, within `life`."""
    secret = secrets.token_urlsafe(24)
    row = _store(session, f"user:{user_id}", lambda row_id: _hash(key, row_id, secret), now, life)
    return f"{row.id}.{secret}"


def read_link(session: Session, key: str, token: str, now: datetime) -> User | None:
    """The person whom a link would sign in, if it is still good; the link stays unused."""
    row = _link(session, key, token, now)
    return session.get(User, row.address.removeprefix("user:")) if row else None


def use_link(session: Session, key: str, token: str, now: datetime) -> User | None:
    """The person whom a link signs in; it is used up by this."""
    row = _link(session, key, token, now)
    if row is None:
        return None
    row.used_at = now
    session.flush()
    return session.get(User, row.address.removeprefix("user:"))


def open_login(session: Session, user: User, former: Login | None, now: datetime) -> str:
    """Sign a browser in and give its token; the login it held before ends."""
    if former:
        end(session, former.id, now)
    token = secrets.token_urlsafe(32)
    tenant = people.personal_tenant(session, user.id)
    session.add(Login(user_id=user.id, tenant_id=tenant.id, token_hash=_token_hash(token), created_at=now, seen_at=now))
    session.flush()
    return token


def recognise(session: Session, token: str, now: datetime) -> Present | None:
    """Who holds `token`, while the login lasts and she still belongs to its tenant."""
    return _present(session, col(Login.token_hash) == _token_hash(token), now)


def is_alive(session: Session, login_id: str, now: datetime) -> bool:
    """Whether a login still lasts: for sockets, which outlive requests."""
    return _present(session, col(Login.id) == login_id, now) is not None


def is_due(login: Login, now: datetime) -> bool:
    """Whether it is time to note that this login is in use."""
    return now - login.seen_at >= TOUCH_AFTER


def touch(session: Session, login_id: str, now: datetime) -> None:
    """Note that a login is in use."""
    session.execute(sa.update(Login).where(col(Login.id) == login_id).values(seen_at=now))


def end(session: Session, login_id: str, now: datetime) -> None:
    """Sign one browser out."""
    session.execute(sa.update(Login).where(col(Login.id) == login_id, col(Login.ended_at).is_(None)).values(ended_at=now))


def end_all(session: Session, user_id: str, now: datetime) -> None:
    """Sign a person out everywhere."""
    session.execute(sa.update(Login).where(col(Login.user_id) == user_id, col(Login.ended_at).is_(None)).values(ended_at=now))


def _present(session: Session, which: sa.ColumnElement[bool], now: datetime) -> Present | None:
    belongs = sa.and_(col(Membership.user_id) == Login.user_id, col(Membership.tenant_id) == Login.tenant_id)
    query = (
        select(Login, User, Tenant)
        .join(User, col(User.id) == Login.user_id)
        .join(Tenant, col(Tenant.id) == Login.tenant_id)
        .join(Membership, belongs)
        .where(which, col(Login.ended_at).is_(None), Login.seen_at > now - LOGIN_LIFE)
    )
    row = session.exec(query).first()
    return Present(*row) if row else None


def _refuse_too_many(session: Session, address: people.Address, now: datetime) -> None:
    recent = select(LoginCode.created_at).where(LoginCode.address == address.text, LoginCode.created_at > now - timedelta(hours=1))
    moments = sorted(session.exec(recent))
    if moments and now - moments[-1] < RESEND_AFTER:
        raise TooMany("code-resend", retry_after_s=int((moments[-1] + RESEND_AFTER - now).total_seconds()) + 1)
    if len(moments) >= CODES_PER_HOUR_MAX:
        raise TooMany("code-often", retry_after_s=int((moments[0] + timedelta(hours=1) - now).total_seconds()) + 1)


def _open_codes(address: str) -> sa.ColumnElement[bool]:
    return sa.and_(col(LoginCode.address) == address, col(LoginCode.used_at).is_(None))


def _store(session: Session, address: str, hashed: Callable[[str], str], now: datetime, life: timedelta) -> LoginCode:
    row_id = new_id()
    row = LoginCode(id=row_id, address=address, code_hash=hashed(row_id), expires_at=now + life, created_at=now)
    session.add(row)
    session.flush()
    return row


def _link(session: Session, key: str, token: str, now: datetime) -> LoginCode | None:
    row_id, _, secret = token.partition(".")
    row = session.get(LoginCode, row_id, with_for_update=True)
    if row is None or row.used_at or row.expires_at <= now or not row.address.startswith("user:"):
        return None
    return row if hmac.compare_digest(row.code_hash, _hash(key, row.id, secret)) else None


def _hash(key: str, row_id: str, secret: str) -> str:
    return hmac.new(key.encode(), f"{row_id}:{secret}".encode(), hashlib.sha256).hexdigest()


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
