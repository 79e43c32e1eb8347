"""Erasure: what a deletion takes away, what stays, and under which name.

Away go all rows that name the tenant, with everything that hangs on them, and all files. What stays is what others must be able to
recompute: the ledger, orders and seats, that there were consents, who did what. It stays under a pseudonym: names and addresses are
replaced. Every step may be done twice.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from render.presets.exports import FILES
from webapp.models.approval import Approval
from webapp.models.asset import Asset
from webapp.models.audit import AuditEntry
from webapp.models.binding import Binding
from webapp.models.deletion import Deletion
from webapp.models.everything import METADATA
from webapp.models.export import Export
from webapp.models.identity import Login, LoginCode, OutsideIdentity, RecoveryCode, SecondFactor, User
from webapp.models.job import Job
from webapp.models.ledger import Seat
from webapp.models.outbox import Message
from webapp.models.presenter import Consent, Presenter
from webapp.models.share import Share
from webapp.models.speech import Voiced
from webapp.models.spoken import SpokenConsent
from webapp.models.tenant import Company, Membership, Tenant, TenantKind
from webapp.models.upload import Upload
from webapp.services import bookkeeping, exports, jobs, seats

KEPT: Final = frozenset(
    {
        "ledger_book", "ledger_journal", "ledger_entry", "ledger_lot", "ledger_cash", "ledger_hold", "order_line", "seat",
        "purchase", "payment_event", "consent", "spoken_consent", "audit_entry", "approval", "deletion", "job",
    },
)  # fmt: skip
"""Tables of tenants whose rows stay. Those of jobs go as well, but for the one at work."""
PSEUDONYM_LETTERS: Final = 8


@dataclass(frozen=True, slots=True)
class Files:
    """What lies in the stores under a tenant's name. Digests that somebody else has too are left out."""

    originals: tuple[str, ...]
    artefacts: tuple[str, ...]
    """As `<digest>.<extension>`."""
    presenters: tuple[str, ...]
    uploads: tuple[str, ...]
    consents: tuple[str, ...]
    """Whose recordings, read aloud, lie in folders of their own."""


def pseudonym(key: str) -> str:
    """What a person or tenant is called afterwards."""
    return f"#{key[:PSEUDONYM_LETTERS]}"


def shut(session: Session, deletion: Deletion, now: datetime) -> None:
    """Nobody comes in or watches any more, no likeness is used, and work under way is told to stop. A person is nobody from now on."""
    tenant = session.get_one(Tenant, deletion.tenant_id)
    if tenant.kind is TenantKind.PERSONAL:
        _unname_person(session, deletion.user_id)
    of_tenant = col(Login.tenant_id) == tenant.id
    session.execute(sa.delete(Login).where(sa.or_(of_tenant, col(Login.visiting_id) == tenant.id)))
    session.execute(sa.update(Share).where(col(Share.tenant_id) == tenant.id, col(Share.revoked_at).is_(None)).values(revoked_at=now))
    session.execute(sa.update(Consent).where(col(Consent.tenant_id) == tenant.id, col(Consent.revoked_at).is_(None)).values(revoked_at=now))
    session.execute(sa.update(Binding).where(col(Binding.customer_id) == tenant.id, col(Binding.until).is_(None)).values(until=now))
    _stop_work(session, tenant, deletion.id, now)
    bookkeeping.open_book(session, tenant.id)
    session.execute(sa.update(Seat).where(col(Seat.tenant_id) == tenant.id).values(user_id=None))
    session.flush()


def is_quiet(session: Session, deletion: Deletion) -> bool:
    """Whether nobody works for the tenant any more, but for the deletion itself."""
    running = select(Job.id).where(Job.tenant_id == deletion.tenant_id, Job.subject_id != deletion.id)
    return session.exec(running.where(col(Job.state).not_in(jobs.ENDED))).first() is None


def files_of(session: Session, tenant_id: str) -> Files:
    """Everything to be removed from the stores."""
    digests = {*session.exec(select(Asset.digest).where(Asset.tenant_id == tenant_id)), *_licences(session, tenant_id)}
    others = select(Asset.digest).join(Tenant).where(Asset.tenant_id != tenant_id, col(Asset.digest).in_(digests))
    shared = set(session.exec(others.where(Tenant.kind != TenantKind.OPERATOR)))
    return Files(
        originals=tuple(sorted(digests - shared)),
        artefacts=tuple(_artefacts(session, tenant_id)),
        presenters=tuple(session.exec(select(Presenter.id).where(Presenter.tenant_id == tenant_id))),
        uploads=tuple(session.exec(select(Upload.id).where(Upload.tenant_id == tenant_id))),
        consents=tuple(session.exec(select(Consent.id).where(Consent.tenant_id == tenant_id))),
    )


def remove_rows(session: Session, deletion: Deletion, job_id: str) -> dict[str, int]:
    """Take the tenant's rows away and put pseudonyms on what stays; how many rows went, by table."""
    tenant = session.get_one(Tenant, deletion.tenant_id)
    _unname_tenant(session, tenant)
    operators = select(Tenant.id).where(Tenant.kind == TenantKind.OPERATOR)
    licences = col(Asset.digest).in_(_licences(session, tenant.id))
    session.execute(sa.delete(Asset).where(licences, col(Asset.tenant_id).in_(operators)))
    session.execute(sa.delete(Voiced).where(col(Voiced.wanted_by) == tenant.id))
    removed = {table.name: _emptied(session, table, tenant.id) for table in reversed(METADATA.sorted_tables) if _goes(table)}
    others = sa.delete(Job).where(col(Job.tenant_id) == tenant.id, col(Job.id) != job_id)
    session.execute(others)
    session.flush()
    session.expire_all()
    return {name: count for name, count in removed.items() if count}


def _stop_work(session: Session, tenant: Tenant, deletion_id: str, now: datetime) -> None:
    waiting = select(Export).where(Export.tenant_id == tenant.id, col(Export.state).not_in(exports.ENDED))
    for export in session.exec(waiting).all():
        exports.cancel(session, tenant, export.id, now)
    live = select(Job.id).where(Job.tenant_id == tenant.id, Job.subject_id != deletion_id, col(Job.state).not_in(jobs.ENDED))
    for job_id in session.exec(live).all():
        jobs.cancel(session, tenant, job_id, now=now)


def _artefacts(session: Session, tenant_id: str) -> Iterator[str]:
    """Films with their companions, packed copies, and the sound of sentences."""
    for files in session.exec(select(Export.files).where(Export.tenant_id == tenant_id)):
        yield from (name for kind, name in files.items() if kind in FILES)
    takeouts = METADATA.tables["takeout"]
    yield from (name for name in session.scalars(sa.select(takeouts.c.file).where(takeouts.c.tenant_id == tenant_id)) if name)
    yield from (f"{digest}.wav" for digest in session.exec(select(Voiced.digest).where(Voiced.wanted_by == tenant_id)))


def _goes(table: sa.Table) -> bool:
    return "tenant_id" in table.columns and table.name not in KEPT


def _emptied(session: Session, table: sa.Table, tenant_id: str) -> int:
    gone: sa.CursorResult[tuple[()]] = session.execute(sa.delete(table).where(table.c.tenant_id == tenant_id))  # type: ignore[assignment]
    return gone.rowcount


def _licences(session: Session, tenant_id: str) -> list[str]:
    """Digests of the licence pictures that the operator filed for a company: they lie among the operator's own."""
    company = session.get(Company, tenant_id)
    return list(company.licences) if company else []


def _unname_tenant(session: Session, tenant: Tenant) -> None:
    """A pseudonym for the tenant, and for it and its people in every line that called them by name."""
    tenant.name = pseudonym(tenant.id)
    session.add(tenant)
    _unname_consents(session, tenant.id)
    for entry in session.exec(
        select(AuditEntry).where(sa.or_(col(AuditEntry.tenant_id) == tenant.id, col(AuditEntry.subject_id) == tenant.id))
    ).all():
        entry.subject, entry.facts = pseudonym(entry.subject_id), {}
        session.add(entry)
    session.execute(sa.update(Binding).where(col(Binding.customer_id) == tenant.id).values(statement=""))
    session.execute(sa.update(Approval).where(col(Approval.tenant_id) == tenant.id).values(reason=""))
    session.flush()


def _unname_person(session: Session, user_id: str) -> None:
    """She signs in no more, and belongs nowhere; who comes with her address later is somebody new."""
    user = session.get_one(User, user_id)
    addresses = [address for address in (user.email, user.phone) if address]
    session.execute(sa.delete(Message).where(col(Message.address).in_(addresses)))
    session.execute(sa.delete(LoginCode).where(col(LoginCode.address).in_([*addresses, f"user:{user_id}"])))
    for membership in session.exec(select(Membership).where(Membership.user_id == user_id)).all():
        seats.release_all(session, session.get_one(Tenant, membership.tenant_id), user_id)
        session.delete(membership)
    for model in (Login, SecondFactor, RecoveryCode, OutsideIdentity):
        session.execute(sa.delete(model).where(col(model.user_id) == user_id))
    user.email, user.phone, user.name, user.ui_language = None, None, pseudonym(user_id), ""
    session.add(user)
    _unname_in_audit(session, user_id, addresses)
    session.flush()


def _unname_in_audit(session: Session, user_id: str, addresses: Collection[str]) -> None:
    """What she did and what was done to her keep their ids, in whosever log they stand; facts that hold her address go."""
    told = [sa.cast(col(AuditEntry.facts), sa.Text).contains(address) for address in addresses]
    hers = (col(AuditEntry.actor_id) == user_id, col(AuditEntry.subject_id) == user_id, col(AuditEntry.subject).in_(addresses))
    for entry in session.exec(select(AuditEntry).where(sa.or_(*hers, *told))).all():
        if entry.actor_id == user_id:
            entry.actor = pseudonym(user_id)
        if entry.subject_id == user_id or entry.subject in addresses:
            entry.subject = pseudonym(entry.subject_id)
        entry.facts = {} if any(address in str(entry.facts) for address in addresses) else entry.facts
        session.add(entry)


def _unname_consents(session: Session, tenant_id: str) -> None:
    """That there was one, when, in which language and until when stays; digests prove statement and recording to whoever still has them."""
    heard = sa.update(SpokenConsent).where(col(SpokenConsent.tenant_id) == tenant_id)
    session.execute(heard.values(sentence="", findings={}, user_id=None))
    for consent in session.exec(select(Consent).where(Consent.tenant_id == tenant_id)).all():
        consent.subject_name, consent.statement, consent.evidence = pseudonym(consent.id), "", {}
        session.add(consent)
