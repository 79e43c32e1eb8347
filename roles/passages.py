"""The sound of an export's words: it stood when the export was quoted; what has gone since is said again, and waited for."""

import time
from typing import Final

from render.timeline.manifest import LinkManifest
from render.timeline.spoken import SpokenTimes
from render.timeline.voicing import times_to_json
from roles.base import Running
from webapp.errors import Unavailable
from webapp.models.speech import Voiced
from webapp.services import artefacts, linking
from webapp.settings import Settings

LOOK_EVERY_S: Final = 0.5
PATIENCE_S: Final = 180.0


class SpeechChanged(Unavailable):
    """What was said again is not what was quoted, or was not said in time: the export must be quoted anew."""

    default_code = "export-speech"


def ensure(running: Running, settings: Settings, manifest: LinkManifest, project_id: str) -> None:
    """Have every passage of the manifest stand as an artefact. Raises SpeechChanged, JobCancelled, JobLost."""
    gone = _gone(settings, manifest)
    if not gone:
        return
    _want_again(running, gone)
    linking.ask(gone, project_id, url=settings.queue_url)
    _wait(running, settings, manifest, gone)
    if _changed(running, manifest, gone):
        raise SpeechChanged


def _gone(settings: Settings, manifest: LinkManifest) -> list[str]:
    digests = dict.fromkeys(block.speech_digest for block in manifest.blocks.values())
    return [digest for digest in digests if not artefacts.place(settings.artefacts, digest, "wav").is_file()]


def _want_again(running: Running, gone: list[str]) -> None:
    """Their rows say that they are voiced, and they are not any more."""
    with running.database.transaction() as session:
        for digest in gone:
            row = session.get(Voiced, digest)
            if row is None:
                raise SpeechChanged
            row.times = {}
            session.add(row)


def _wait(running: Running, settings: Settings, manifest: LinkManifest, gone: list[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while waiting := set(gone) - set(_said(running, gone)) | set(_gone(settings, manifest)):
        if time.monotonic() > deadline:
            raise SpeechChanged
        running.progress("voicing", len(gone) - len(waiting), len(gone))
        time.sleep(LOOK_EVERY_S)


def _said(running: Running, digests: list[str]) -> dict[str, SpokenTimes]:
    with running.database.reading() as session:
        return linking.times_of(session, digests)


def _changed(running: Running, manifest: LinkManifest, gone: list[str]) -> bool:
    quoted = {block.speech_digest: block.times for block in manifest.blocks.values()}
    return any(times_to_json(times) != times_to_json(quoted[digest]) for digest, times in _said(running, gone).items())
