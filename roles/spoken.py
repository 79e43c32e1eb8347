"""A consent read aloud is heard: the recording is read in a cell, written down, and held against the sentence and the presenter's film."""

import hashlib
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import torch
from scipy.signal import resample_poly
from sqlmodel import Session
from torch import Tensor

from render.media.wav import read_wav
from render.speech.heard import Comparison, Outcome, compare
from render.speech.speaker import SpeakerComparer
from render.speech.transcriber import Transcriber
from roles import cells
from roles.base import Running
from roles.cells import Cell
from roles.house import House, house
from roles.sandbox import Sight
from webapp.models.job import Job
from webapp.models.presenter import Presenter
from webapp.models.spoken import SpokenState
from webapp.nudges import nudge_tenant
from webapp.services import material, presenters, spoken_consents
from webapp.services.material import Part
from webapp.services.spoken_consents import Hearing

CELL_S_MAX: Final = 120
ALIKE_LEAST: Final = 0.82
"""From here on two recordings are of one voice. Measured: docs/decisions/0033-engines.md."""
_DOWN: Final = 3
"""From 48 to 16 kHz."""


def hear(running: Running) -> None:
    """Hear the job's recording; what was heard and the job's end are written together."""
    here = house()
    with here.database.reading() as session:
        hearing = spoken_consents.to_be_heard(session, running.claim.subject_id)
    running.progress("hearing", 0, 1)
    sound = _sound(running, here, hearing)
    state, findings = _listened(here, hearing, sound) if sound is not None else (SpokenState.UNHEARD, {"reasons": ["unreadable"]})
    with here.database.transaction() as session:
        spoken_consents.heard(session, hearing.row.id, state, findings, datetime.now(UTC))
        running.finish(session)
    nudge_tenant(hearing.row.tenant_id, "presenter", hearing.presenter.id if hearing.presenter else "")


def ended(session: Session, job: Job) -> None:
    """The job failed or was cancelled for good: nobody has heard it, and it may be read again."""
    reason = job.error_code or job.state.value
    spoken_consents.heard(session, job.subject_id, SpokenState.UNHEARD, {"reasons": [reason]}, datetime.now(UTC))


def _sound(running: Running, here: House, hearing: Hearing) -> Tensor | None:
    """The recording as samples at 16 kHz, and kept as a sound to play; None where it is none."""
    row, root = hearing.row, here.settings.consents
    original, place = (where(root, row.consent_id, row.id) for where in (spoken_consents.original_of, spoken_consents.sound_of))
    here.storage.bring(original)
    with tempfile.TemporaryDirectory(prefix=".hearing-", dir=place.parent) as name:
        aside = Path(name)
        arguments = ["hear", str(original), str(aside), str(spoken_consents.SECONDS_MAX)]
        cell = Cell("roles.material", arguments, Sight([original], [aside]), CELL_S_MAX)
        said = list(cells.run(cell, cells.walls(here.settings), aside, running.check))
        if not any("facts" in words for words in said if "refused" not in words) or not (aside / Part.SOUND).is_file():
            return None
        shutil.move(aside / Part.SOUND, place)
    here.storage.keep(place)
    return _samples(place)


def _listened(here: House, hearing: Hearing, sound: Tensor) -> tuple[SpokenState, dict[str, Any]]:
    """What was heard, and the state it comes to."""
    torch.set_num_threads(1)
    transcriber, comparer = Transcriber(here.settings.models), SpeakerComparer(here.settings.models)
    language = hearing.row.language.partition("-")[0]
    heard = transcriber.write_down(sound, language)
    found = compare(hearing.row.sentence, hearing.subject_name, language, heard)
    film = _film_sound(here, hearing.presenter)
    likeness = comparer.likeness(sound, film) if film is not None else None
    findings = {
        "heard": heard.text,
        "differing": found.differing,
        "name_differing": found.name_differing,
        "reasons": [*found.reasons, *_voice_reasons(likeness)],
        "likeness": None if likeness is None else round(1_000 * likeness),
        "engines": [transcriber.version, *([comparer.version] if likeness is not None else [])],
    }
    return _state(found, likeness), findings


def _state(found: Comparison, likeness: float | None) -> SpokenState:
    """A voice that is not the film's keeps the sentence from passing by itself; whether it matters is for the reviewer to say."""
    if found.outcome is Outcome.SAID and _voice_reasons(likeness):
        return SpokenState.UNSURE
    return SpokenState(found.outcome.value)


def _voice_reasons(likeness: float | None) -> tuple[str, ...]:
    return ("voice",) if likeness is not None and likeness < ALIKE_LEAST else ()


def _film_sound(here: House, presenter: Presenter | None) -> Tensor | None:
    """The sound of the film that a presenter was made from; it was made when the film came into the library."""
    original = presenters.original_of(here.settings.presenters, presenter.id) if presenter else None
    if original is None or not here.storage.bring(original):
        return None
    with original.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    sound = material.place(here.settings.artefacts, digest, Part.SOUND)
    return _samples(sound) if here.storage.bring(sound) else None


def _samples(wav: Path) -> Tensor:
    """A WAV at 48 kHz as (n,) samples at 16 kHz."""
    return torch.from_numpy(resample_poly(read_wav(wav).mean(axis=0), 1, _DOWN).astype("float32"))
