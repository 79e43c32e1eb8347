"""A trial of mouths: somebody filmed says her sentence once by each engine, for the operator to compare."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from sqlmodel import Session

from render.timeline.document import Document
from render.timeline.manifest import LinkManifest
from roles import samples
from roles.base import Running
from roles.house import House, house
from roles.passages import SpeechChanged
from roles.samples import Order
from roles.sources import HouseSources
from webapp.models.columns import utc_now
from webapp.models.job import Job
from webapp.models.presenter import Consent, Presenter
from webapp.services import linking, mouths, presenter_samples, presenters, training

LOOK_EVERY_S: Final = 0.5
PATIENCE_S: Final = 180.0


@dataclass(frozen=True, slots=True)
class TrialSources(HouseSources):
    """As the house has them, and the folder of a presenter who is not approved yet, as long as she agrees."""

    def presenter(self, presenter_id: str, revision: int) -> Path:
        """The folder of the presenter on trial. Raises NotFound and Forbidden."""
        with self.house.database.reading() as session:
            presenters.to_be_judged(session, presenter_id)
        folder = presenters.folder_of(self.house.settings.presenters, presenter_id, revision)
        self.house.storage.bring_folder(folder)
        return folder


def compare(running: Running) -> None:
    """Make a film of her sentence for each mouth that is compared."""
    here = house()
    torch.set_num_threads(1)
    with here.database.reading() as session:
        presenter = presenters.to_be_judged(session, running.claim.subject_id)
        language = _language(session, presenter)
    document = presenter_samples.document_of(presenters.own_offer(presenter), language)
    root = here.settings.presenters / presenter.id
    order = Order(root / training.MOUTH_TRIALS, document, _voiced(running, here, document, language), {})
    with TemporaryDirectory(prefix=".mouths-", dir=root) as aside:
        for mouth in presenter.options.get("trying-mouths", []):
            _try(running, here, _by(order, presenter, mouth), root / training.MOUTH_TRIALS / f"{mouth}.mp4", Path(aside) / mouth)
    with here.database.transaction() as session:
        training.mouths_tried(session, presenter.id)
        running.finish(session)


def ended(session: Session, job: Job) -> None:
    """The trial failed or was cancelled: the page says so."""
    training.mouths_tried(session, job.subject_id, failed=job.error_code or job.state.value)


def _by(order: Order, presenter: Presenter, mouth: str) -> Order:
    return replace(order, outside={} if mouth == mouths.OWN else {presenter.id: mouth})


def _try(running: Running, here: House, order: Order, place: Path, folder: Path) -> None:
    folder.mkdir()
    made = samples.film(running, here, order, TrialSources(here, running.claim.tenant_id), folder)
    here.storage.keep(made)
    here.storage.move(made, place)


def _language(session: Session, presenter: Presenter) -> str:
    """The one in which she agreed, where there is a voice for it."""
    consent = session.get(Consent, presenter.consent_id)
    return "zh" if consent and consent.language.startswith("zh") else "en"


def _voiced(running: Running, here: House, document: Document, language: str) -> LinkManifest:
    """Her sentence, said. Raises SpeechChanged where nobody says it in time."""
    asked, deadline = False, time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with here.database.transaction() as session:
            linked = linking.gather(session, document, language)
            linking.want(session, linked.missing, utc_now())
        if not linked.missing:
            return linked.manifest
        if not asked:
            linking.ask(list(linked.missing), "", url=here.settings.queue_url)
        asked = True
        running.progress("voicing", 0, 1)
        time.sleep(LOOK_EVERY_S)
    raise SpeechChanged
