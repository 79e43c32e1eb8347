"""The sound of an export's words: it stood when the export was quoted; what has gone since is said again, and waited for."""

import time
from collections.abc import Mapping
from typing import Final

from render.timeline.manifest import LinkManifest, SpokenBlock
from render.timeline.spoken import Phoneme, SpokenSound, SpokenTimes, sounds_of
from roles.base import Running
from roles.house import House
from webapp.errors import Unavailable
from webapp.models.speech import Voiced
from webapp.services import artefacts, linking

LOOK_EVERY_S: Final = 0.5
ASK_EVERY_S: Final = 10.0
PATIENCE_S: Final = 180.0


class SpeechChanged(Unavailable):
    """What was said again is not what was quoted, or was not said in time: the export must be quoted anew."""

    default_code = "export-speech"


def ensure(running: Running, here: House, manifest: LinkManifest, project_id: str) -> None:
    """Have every sentence of the manifest stand as an artefact. Raises SpeechChanged, JobCancelled, JobLost."""
    gone = _gone(here, _digests(manifest))
    if not gone:
        return
    _want_again(running, gone)
    _wait(running, here, gone, project_id)
    said = _said(running, gone)
    if any(_changed(block, said) for block in manifest.blocks.values()):
        raise SpeechChanged


def _digests(manifest: LinkManifest) -> list[str]:
    """Of all the sounds that the manifest names, in order."""
    sounds = (sound for block in manifest.blocks.values() for sound in sounds_of(block.speech_digest, block.times))
    return list(dict.fromkeys(sound.digest for sound in sounds))


def _gone(here: House, digests: list[str]) -> list[str]:
    return [digest for digest in digests if not here.storage.has(artefacts.place(here.settings.artefacts, digest, "wav"))]


def _want_again(running: Running, gone: list[str]) -> None:
    """Their rows say that they are voiced, and they are not any more."""
    with running.database.transaction() as session:
        for digest in gone:
            row = session.get(Voiced, digest)
            if row is None:
                raise SpeechChanged
            linking.lost(session, row)


def _wait(running: Running, here: House, gone: list[str], project_id: str) -> None:
    """Ask for what has gone until it is there: again and again, since a worker that is killed takes its bell along."""
    began, asked = time.monotonic(), float("-inf")
    while waiting := set(gone) - set(_said(running, gone)) | set(_gone(here, gone)):
        if time.monotonic() > began + PATIENCE_S:
            raise SpeechChanged
        if time.monotonic() > asked + ASK_EVERY_S:
            asked = time.monotonic()
            linking.ask([digest for digest in gone if digest in waiting], project_id, url=here.settings.queue_url)
        running.progress("voicing", len(gone) - len(waiting), len(gone))
        time.sleep(LOOK_EVERY_S)


def _said(running: Running, digests: list[str]) -> dict[str, SpokenTimes]:
    with running.database.reading() as session:
        return linking.times_of(session, digests)


def _changed(block: SpokenBlock, said: Mapping[str, SpokenTimes]) -> bool:
    """Whether a sentence that was said again is longer, shorter or otherwise spoken than it was when its passage was quoted."""
    sounds = [sound for sound in sounds_of(block.speech_digest, block.times) if sound.digest in said]
    return any(_quoted(block.times, sound) != (said[sound.digest].duration, said[sound.digest].phonemes) for sound in sounds)


def _quoted(times: SpokenTimes, sound: SpokenSound) -> tuple[int, tuple[Phoneme, ...]]:
    """How long a sound of the passage is and what is heard in it, from its own start."""
    inside = (phoneme for phoneme in times.phonemes if sound.at <= phoneme.at < sound.at + sound.duration)
    return sound.duration, tuple(Phoneme(phoneme.symbol, phoneme.at - sound.at, phoneme.duration) for phoneme in inside)
