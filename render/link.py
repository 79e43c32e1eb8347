"""Linking: a document's words are voiced, its media measured, and everything it names is found in folders."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from render.avatar.gallery import people
from render.errors import Cancelled, MissingSource
from render.media.video import VideoReader
from render.media.wav import WavFile
from render.media.written import written_whole
from render.ports.sources import Sources
from render.ports.speech import SpeechEngine
from render.speech.align import DtwAligner
from render.timeline import voicing
from render.timeline.document import AudioContent, Document, Layer, VideoContent
from render.timeline.manifest import LinkManifest
from render.timeline.spoken import SpeechRequest, SpokenTimes

SAMPLE_TICKS = 5


def voice(
    document: Document,
    language: str,
    engine: SpeechEngine,
    folder: Path,
    *,
    sources: Sources | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> LinkManifest:
    """Voice what `folder` does not hold yet (`<digest>.wav`, `<digest>.json`) and say what all words became.

    With `sources`, scenes that last as long as their media have it measured, and recordings are found. `progress` hears of sentences
    done and in all. Raises SpeechRefused, SetupIncomplete, MissingSource, Cancelled.
    """
    requests = _by_digest(document, language, engine.version)
    voiced = {}
    for done, (name, request) in enumerate(requests.items()):
        if cancelled():
            raise Cancelled
        progress(done, len(requests))
        voiced[name] = _voiced(folder, name) or _kept_said(engine, request, sources, folder / name)
    progress(len(requests), len(requests))
    return voicing.link(document, language, engine.version, voiced, measured(document, sources) if sources else None)


def voiced_so_far(document: Document, language: str, engine_version: str, folder: Path, sources: Sources | None = None) -> LinkManifest:
    """What the words became as far as `folder` holds their sound; the rest is estimated."""
    names = _by_digest(document, language, engine_version)
    found = {name: times for name in names if (times := _voiced(folder, name))}
    return voicing.link(document, language, engine_version, found, measured(document, sources) if sources else None)


def measured(document: Document, sources: Sources) -> dict[str, int]:
    """Ticks of every asset that decides a scene's length, by digest."""
    scenes = (scene for scene in document.scenes if scene.duration.kind == "media")
    layers = [layer for scene in scenes for layer in scene.layers]
    return {asset: _duration_ticks(layer, sources.asset(asset)) for layer, asset in _timed_assets(layers)}


@dataclass(frozen=True)
class FolderSources:
    """Everything a document may name, in folders of this machine.

    Assets and sentences lie by digest, flat or under the digest's first two letters; an asset file may also have any name at all
    and is then known by its content. Presenters lie as `<id>/<revision>`, beside those of the gallery.
    """

    assets: Path | None = None
    music_folder: Path | None = None
    presenters: Path | None = None
    speech_folder: Path | None = None

    def asset(self, digest: str) -> Path:
        """The file with this content."""
        return _kept(self.assets, digest, "") or self._by_content.get(digest) or _missing("asset", digest)

    def sound(self, digest: str) -> Path:
        """`<digest>.wav`, or the file with this content where it is a sound by itself."""
        return _kept(self.assets, digest, ".wav") or self.asset(digest)

    def music(self, name: str) -> Path:
        """`<name>.wav` of our own tracks."""
        return _existing(self.music_folder, f"{name}.wav") or _missing("music", name)

    def presenter(self, presenter_id: str, revision: int) -> Path:
        """The folder of one of the gallery, or of a presenter kept here."""
        gallery = {person.id: person.folder for person in people()}
        own = _existing(self.presenters, f"{presenter_id}/{revision}")
        return gallery.get(presenter_id) or own or _missing("presenter", presenter_id)

    def speech(self, digest: str) -> Path:
        """A voiced sentence."""
        return _kept(self.speech_folder, digest, ".wav") or _missing("speech", digest)

    @cached_property
    def _by_content(self) -> dict[str, Path]:
        """All files of the asset folder by the digest of their bytes."""
        if self.assets is None:
            return {}
        files = (path for path in sorted(self.assets.rglob("*")) if path.is_file())
        return {_file_digest(path): path for path in files}


def _by_digest(document: Document, language: str, engine_version: str) -> dict[str, SpeechRequest]:
    return voicing.sentence_requests(voicing.speech_requests(document, language, engine_version).values())


def _voiced(folder: Path, name: str) -> SpokenTimes | None:
    """The times of a sentence whose sound and times are both here and whole."""
    try:
        times = voicing.times_from_json(json.loads((folder / f"{name}.json").read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return times if (folder / f"{name}.wav").is_file() else None


def _kept_said(engine: SpeechEngine, request: SpeechRequest, sources: Sources | None, place: Path) -> SpokenTimes:
    """The sound first, its times after it: whoever finds the times finds the sound. `place` is the name of both without its suffix."""
    with written_whole(place.with_name(f"{place.name}.wav")) as wav:
        times = _said(engine, request, sources, wav)
    with written_whole(place.with_name(f"{place.name}.json")) as path:
        path.write_text(json.dumps(voicing.times_to_json(times)))
    return times


def _said(engine: SpeechEngine, request: SpeechRequest, sources: Sources | None, wav: Path) -> SpokenTimes:
    if not request.recording:
        return engine.synthesize(request, wav)
    if sources is None:
        raise MissingSource(what="recording", name=request.recording)
    return DtwAligner(engine).align(sources.sound(request.recording), request, wav)


def _timed_assets(layers: list[Layer]) -> Iterator[tuple[Layer, str]]:
    for layer in layers:
        content = layer.content
        if isinstance(content, VideoContent) or (isinstance(content, AudioContent) and not content.asset.startswith("music:")):
            yield layer, content.asset


def _duration_ticks(layer: Layer, path: Path) -> int:
    if isinstance(layer.content, AudioContent):
        return WavFile(path).length * SAMPLE_TICKS
    reader = VideoReader(path)
    reader.close()
    return reader.duration_ticks


def _kept(folder: Path | None, digest: str, suffix: str) -> Path | None:
    name = f"{digest}{suffix}"
    return _existing(folder, name) or _existing(folder, f"{digest[:2]}/{name}")


def _existing(folder: Path | None, name: str) -> Path | None:
    path = folder / name if folder else None
    return path if path and path.exists() else None


def _missing(what: str, name: str) -> Path:
    raise MissingSource(what=what, name=name)


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
