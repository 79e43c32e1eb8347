"""The second factor: six digits of an authenticator (TOTP, RFC 6238), or a recovery code. Secrets are sealed with our key."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import pyotp
import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlmodel import Session, col, select

from webapp.models.identity import RecoveryCode, SecondFactor, User
from webapp.models.tenant import TenantKind
from webapp.services import audit, people
from webapp.services.audit import Actor, Subject

ISSUER: Final = "Piying"
REQUIRED_OF: Final = frozenset({TenantKind.OPERATOR, TenantKind.AGENT})
"""Identities that nobody acts under without one."""

FAILURES_MAX: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
DRIFT_STEPS: Final = 1
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 5


class Answer(StrEnum):
    """What a try came to."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


def of(session: Session, user_id: str) -> SecondFactor | None:
    """A person's factor, if she has set one up and confirmed it."""
    factor = session.get(SecondFactor, user_id)
    return factor if factor and factor.confirmed_at else None


def begin(session: Session, key: str, user: User, now: datetime) -> str:
    """The address (otpauth:) that a person's authenticator reads. It stays the same until she has confirmed it."""
    factor = session.get(SecondFactor, user.id)
    if factor is None:
        factor = SecondFactor(user_id=user.id, sealed=_seal(key, pyotp.random_base32()), created_at=now)
        session.add(factor)
        session.flush()
    return pyotp.TOTP(_unseal(key, factor)).provisioning_uri(name=people.called(user), issuer_name=ISSUER)


def confirm(session: Session, key: str, actor: Actor, code: str, now: datetime) -> tuple[str, ...]:
    """Turn the factor on with its first code; gives the recovery codes, which are shown this once. Nothing for a wrong code."""
    factor = session.get(SecondFactor, actor.user_id, with_for_update=True)
    if factor is None or factor.confirmed_at or _try(session, key, factor, code, now) is not Answer.RIGHT:
        return ()
    factor.confirmed_at = now
    audit.note(session, actor, "factor.confirmed", _subject(actor.user_id, actor.name), now)
    return renew_codes(session, key, actor.user_id)


def prove(session: Session, key: str, user_id: str, code: str, now: datetime) -> Answer:
    """Whether `code` proves that it is this person. Every try counts, so the caller commits whatever the answer is."""
    factor = session.get(SecondFactor, user_id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        return Answer.WRONG
    return _try(session, key, factor, code, now)


def renew_codes(session: Session, key: str, user_id: str) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones no longer work."""
    session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(key, user_id, code)) for code in codes)
    session.flush()
    return codes


def codes_left(session: Session, user_id: str) -> int:
    """How many recovery codes a person has left."""
    query = select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id, col(RecoveryCode.used_at).is_(None))
    return session.exec(query).one()


def forget(session: Session, actor: Actor, user: User, now: datetime) -> None:
    """Take the factor off: she sets up a new one at her next sign-in, where one is required."""
    session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    session.execute(sa.delete(SecondFactor).where(col(SecondFactor.user_id) == user.id))
    audit.note(session, actor, "factor.forgotten", _subject(user.id, people.called(user)), now)


def _try(session: Session, key: str, factor: SecondFactor, code: str, now: datetime) -> Answer:
    if factor.locked_until and factor.locked_until > now:
        return Answer.LOCKED
    tidy = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    right = _is_right(key, factor, tidy, now) if tidy.isdigit() else _use_code(session, key, factor.user_id, tidy, now)
    factor.failures = 0 if right else factor.failures + 1
    factor.locked_until = now + LOCKED_FOR if factor.failures >= FAILURES_MAX else None
    if factor.locked_until:
        factor.failures = 0
    session.flush()
    return Answer.RIGHT if right else Answer.WRONG


def _is_right(key: str, factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether it is a code of about now that was not used before: one seen over a shoulder is worth nothing."""
    totp = pyotp.TOTP(_unseal(key, factor))
    step = totp.timecode(now)
    for candidate in range(max(step - DRIFT_STEPS, factor.step_used + 1), step + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(candidate), code):
            factor.step_used = candidate
            return True
    return False


def _use_code(session: Session, key: str, user_id: str, code: str, now: datetime) -> bool:
    query = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(key, user_id, code))
    row = session.exec(query.where(col(RecoveryCode.used_at).is_(None)).with_for_update()).first()
    if row is None:
        return False
    row.used_at = now
    return True


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return text if not text.isdigit() else _new_code()


def _hash(key: str, user_id: str, code: str) -> str:
    return hmac.new(key.encode(), f"recovery:{user_id}:{code}".encode(), hashlib.sha256).hexdigest()


def _sealer(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.new(key.encode(), b"second factor", hashlib.sha256).digest()))


def _seal(key: str, secret: str) -> str:
    return _sealer(key).encrypt(secret.encode()).decode()


def _unseal(key: str, factor: SecondFactor) -> str:
    return _sealer(key).decrypt(factor.sealed.encode()).decode()


def _subject(user_id: str, name: str) -> Subject:
    return Subject("person", user_id, name)
