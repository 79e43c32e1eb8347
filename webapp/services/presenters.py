"""Presenters that a tenant may use: the gallery's, and those made from portraits of people who agreed to it."""

from pathlib import Path

from sqlmodel import Session

from webapp.errors import Forbidden, NotFound
from webapp.services import consents, gallery


def presenter_folder(session: Session, tenant_id: str, presenter_id: str, revision: int, *, root: Path) -> Path:
    """The folder to render a presenter from: one of the gallery's, or the tenant's own whose consent stands.

    `root` is `Settings.presenters`. Raises NotFound `presenter-unknown`, and Forbidden `consent-missing`, `consent-revoked` or
    `presenter-unready`. Ask anew for every render: a consent may have been withdrawn since the last.
    """
    refusal = consents.refusal(session, tenant_id, presenter_id, revision)
    if refusal and refusal.code == "presenter-unknown":
        raise NotFound(refusal.code, presenter=presenter_id)
    if refusal:
        raise Forbidden(refusal.code, presenter=presenter_id, name=refusal.name)
    own = {person.id: person.poster.parent for person in gallery.people()}
    return own.get(presenter_id) or folder_of(root, presenter_id, revision)


def folder_of(root: Path, presenter_id: str, revision: int) -> Path:
    """Where the files of a tenant's presenter lie."""
    return root / presenter_id / str(revision)
