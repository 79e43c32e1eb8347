"""Signing in: one-time codes and links, and the logins that follow from them. Only hashes are stored."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from webapp.errors import NotFound, TooMany
from webapp.models.columns import new_id
from webapp.models.identity import Login, LoginCode, SecondFactor, User
from webapp.models.tenant import Membership, Role, Tenant
from webapp.services import people, second_factor, visits

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
    """Somebody who is signed in: under which identity, for which tenant (another one on a visit), in which role.

    `must_prove`: nothing is hers to see before she has given her second factor, or set one up.
    """

    login: Login
    user: User
    tenant: Tenant
    identity: Tenant
    role: Role
    must_prove: bool

    @property
    def is_visiting(self) -> bool:
        """Whether she acts for a tenant that is not hers."""
        return self.tenant.id != self.identity.id


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


def open_login(session: Session, user: User, former: Login | None, now: datetime, *, device: str = "") -> str:
    """Sign a browser in; gives the token for its cookie. The login that the browser held before ends here."""
    if former is not None:
        end(session, former.id, now)
    return _open(session, {"user_id": user.id, "tenant_id": _first_tenant(session, user.id), "device": device}, now)


def switch(session: Session, present: Present, tenant_id: str, now: datetime) -> str:
    """Act under another identity: a new login in the place of the old; gives its token. Raises NotFound for a tenant that is not hers."""
    if people.membership(session, tenant_id, present.user.id) is None:
        raise NotFound
    return _renew(session, present.login, now, tenant_id=tenant_id, visiting_id=None)


def visit(session: Session, present: Present, tenant_id: str | None, now: datetime) -> str:
    """Act for another tenant, or for none any more; the caller has asked `visits.enter`. Gives the new login's token."""
    return _renew(session, present.login, now, visiting_id=tenant_id)


def prove(session: Session, present: Present, now: datetime) -> str:
    """Note that a person has given her second factor; gives the new login's token."""
    return _renew(session, present.login, now, proved_at=now)


def logins_of(session: Session, user_id: str, now: datetime) -> list[Login]:
    """Where a person is signed in, the one used last first."""
    query = select(Login).where(Login.user_id == user_id, col(Login.ended_at).is_(None), Login.seen_at > now - LOGIN_LIFE)
    return list(session.exec(query.order_by(col(Login.seen_at).desc(), col(Login.id))))


def end_of(session: Session, user_id: str, login_id: str, now: datetime) -> None:
    """Sign one of a person's own browsers out. Raises NotFound."""
    login = session.get(Login, login_id)
    if login is None or login.user_id != user_id:
        raise NotFound
    end(session, login.id, now)


def end_under(session: Session, user_id: str, tenant_id: str, now: datetime) -> None:
    """End a person's logins under one identity."""
    under = sa.and_(col(Login.user_id) == user_id, col(Login.tenant_id) == tenant_id, col(Login.ended_at).is_(None))
    session.execute(sa.update(Login).where(under).values(ended_at=now))


def recognise(session: Session, token: str, now: datetime) -> Present | None:
    """Who holds `token`, while the login lasts and she still belongs to its tenant."""
    return _present(session, "token_hash", _token_hash(token), now)


def is_alive(session: Session, login_id: str, now: datetime) -> bool:
    """Whether a login still lasts: for sockets, which outlive requests."""
    return _present(session, "id", login_id, now) is not None


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


def _present(session: Session, by: str, value: str, now: datetime) -> Present | None:
    row = session.exec(_lasting(by), params={"value": value, "since": now - LOGIN_LIFE}).first()
    return _standing(session, *row) if row else None


@cache
def _lasting(by: str) -> "Select[Login, User, Tenant, Membership]":
    """The login whose field `by` is `value`, with whom it stands for. Made once: building this question takes longer than asking it."""
    belongs = sa.and_(col(Membership.user_id) == Login.user_id, col(Membership.tenant_id) == Login.tenant_id)
    return (
        select(Login, User, Tenant, Membership)
        .join(User, col(User.id) == Login.user_id)
        .join(Tenant, col(Tenant.id) == Login.tenant_id)
        .join(Membership, belongs)
        .where(getattr(Login, by) == sa.bindparam("value"), col(Login.ended_at).is_(None), Login.seen_at > sa.bindparam("since"))
    )


def _standing(session: Session, login: Login, user: User, identity: Tenant, membership: Membership) -> Present:
    """Where somebody stands now. A visit that is no longer allowed is over, and a visitor never rules."""
    must_prove = login.proved_at is None and (identity.kind in second_factor.REQUIRED_OF or _has_factor(session, user.id))
    tenant = visits.visited(session, user.id, identity, login.visiting_id) if login.visiting_id else None
    if tenant is None:
        return Present(login, user, identity, identity, membership.role, must_prove)
    return Present(login, user, tenant, identity, Role.MEMBER, must_prove)


def _has_factor(session: Session, user_id: str) -> bool:
    query = select(SecondFactor.user_id).where(SecondFactor.user_id == user_id, col(SecondFactor.confirmed_at).is_not(None))
    return session.exec(query).first() is not None


def _first_tenant(session: Session, user_id: str) -> str:
    """The identity a person was signed in under last, while it is hers; else her own."""
    own = [identity.tenant.id for identity in people.identities(session, user_id)]
    latest = session.exec(select(Login.tenant_id).where(Login.user_id == user_id).order_by(col(Login.created_at).desc())).first()
    return latest if latest in own else people.personal_tenant(session, user_id).id


def _renew(session: Session, login: Login, now: datetime, **changes: str | datetime | None) -> str:
    """The same browser with another token: whoever saw the old one holds nothing."""
    end(session, login.id, now)
    kept = login.model_dump(include={"user_id", "tenant_id", "visiting_id", "device", "proved_at"})
    return _open(session, kept | changes, now)


def _open(session: Session, values: dict[str, Any], now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(Login(token_hash=_token_hash(token), created_at=now, seen_at=now, **values))
    session.flush()
    return token


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
