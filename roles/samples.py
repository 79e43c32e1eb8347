"""A presenter's sample: the short film in which she says her sentence, made once for whoever may choose her."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from sqlmodel import Session

from render import engine
from render.graph.store import SegmentStore
from render.pixels.device import chosen
from render.ports.sources import Sources
from render.presets.exports import PRESETS
from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from render.timeline.resolve import resolve
from roles import mouths, passages
from roles.authority import authority
from roles.base import Running
from roles.house import House, house
from roles.render import avatars, permit
from roles.sources import HouseSources
from webapp.models.tenant import Tenant
from webapp.services import linking, presenter_samples
from webapp.services import mouths as outside_mouths


@dataclass(frozen=True, slots=True)
class Order:
    """A film that is wanted: where it is to lie, and all that it is made of."""

    place: Path
    document: Document
    manifest: LinkManifest
    outside: Mapping[str, str]


def make(running: Running) -> None:
    """Make the film that the job's subject names, and keep it where it is looked for."""
    here = house()
    torch.set_num_threads(1)
    with running.database.reading() as session:
        order = _order(session, running, here.settings.home)
    passages.ensure(running, here, order.manifest, "")
    with TemporaryDirectory(prefix="sample-", dir=_workroom(here)) as folder:
        made = film(running, here, order, HouseSources(here, running.claim.tenant_id), Path(folder))
        here.storage.keep(made)
        with running.database.transaction() as session:
            running.finish(session)
            here.storage.move(made, order.place)


def _order(session: Session, running: Running, home: Path) -> Order:
    tenant = session.get_one(Tenant, running.claim.tenant_id)
    person, language = presenter_samples.wanted(session, tenant, running.claim.subject_id)
    document = presenter_samples.document_of(person, language)
    permit(session, tenant.id, document)
    linked = linking.gather(session, document, language)
    if linked.missing:
        raise passages.SpeechChanged
    outside = outside_mouths.outside(session, tenant.id, document)
    return Order(presenter_samples.place_of(home, person, language), document, linked.manifest, outside)


def film(running: Running, here: House, order: Order, sources: Sources, folder: Path) -> Path:
    """Make the film in `folder`, drawn from `sources`."""
    play = mouths.Play(resolve(order.document, order.manifest), sources, order.outside)
    films = SegmentStore(here.settings.pieces / running.claim.tenant_id)
    return engine.export(
        order.document,
        preset=PRESETS[presenter_samples.PRESET],
        language=order.manifest.language,
        manifest=order.manifest,
        sources=sources,
        avatars=mouths.cast(running, here, play, films, avatars(here.settings)),
        store=SegmentStore(folder / "pieces"),
        out_folder=folder,
        authority=authority(here),
        producer=here.settings.producer,
        produce_id=order.place.stem,
        device=chosen(here.settings.device),
        cancelled=running.cancelled,
    ).mp4


def _workroom(here: House) -> Path:
    folder = here.settings.home / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
