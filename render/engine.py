"""The engine: a document becomes a file. Every step can be run by itself, again, and after an interruption.

Stages: `voicing` (words become sound), `composing` (segments are drawn and encoded, those kept from before are used again),
`sound` (one mix, made meanwhile), `joining` (segments and sound become one file, packet by packet), `labelling` (the marks of
machine-made pictures), `further` (what else was wished for).
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal, NamedTuple

from render import link
from render.audio.mix import TARGET_LUFS, audible, mix, silent
from render.audio.recordings import Recording
from render.errors import Cancelled, DocumentRefused, MissingSource
from render.graph.alone import alone, cut_out
from render.graph.compile import compile_program
from render.graph.memory import lay_large_apart
from render.graph.program import Program
from render.graph.rendering import ProgramOrder, compose_in_parallel, never
from render.graph.store import SegmentStore, segment_name, unsealed
from render.graph.words import LABEL_TICKS, label_for
from render.graph.workshop import Workshop
from render.media.covers import write_moving
from render.media.encode import encode_audio
from render.media.images import write_image
from render.media.join import join
from render.media.marks import Authority, aigc_metadata, sign
from render.media.wav import Samples, WavFile, write_stretches
from render.media.webm import write_webm
from render.media.written import written_whole
from render.pixels.planes import Planes
from render.pixels.scale import scale
from render.ports.avatar import AvatarEngine
from render.ports.sources import Sources
from render.ports.speech import SpeechEngine
from render.presets.exports import EXTRAS, RENDERER_VERSION, ExportPreset
from render.timeline import captions, codec
from render.timeline.document import AudioContent, Document, VideoContent
from render.timeline.manifest import LinkManifest
from render.timeline.placed import PlacedLayer, PlacedTimeline
from render.timeline.resolve import resolve
from render.timeline.spoken import sounds_of
from render.timeline.time import frame_at, ticks_from_seconds

Stage = Literal["voicing", "composing", "sound", "joining", "labelling", "further"]
Progress = Callable[[Stage, int, int], None]

COVER_SHARE: Final = 0.4
"""The cover shows the first scene this far in, and the mark that stands at its start: a cover is machine-made too."""
MOVING_SIDE_PX: Final = 360
MOVING_MS: Final = 100
"""Of a moving cover: its shorter side, and how long each of its pictures stands."""


def ignore_progress(_stage: Stage, _done: int, _total: int) -> None:
    """Tell nobody."""


class Files(NamedTuple):
    """What an export leaves."""

    mp4: Path
    srt: Path
    vtt: Path
    cover: Path


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The files of an export and what it took. `duration` is in ticks."""

    mp4: Path
    srt: Path
    vtt: Path
    cover: Path
    frame_count: int
    duration: int
    segments_rendered: int
    segments_reused: int
    extras: Mapping[str, Path] = field(default_factory=dict)
    """The further files by kind."""


def render_sound(timeline: PlacedTimeline, sources: Sources, store: SegmentStore, preset: ExportPreset) -> Path:
    """The whole mix, encoded; kept by what is heard in it."""
    name = sound_name(timeline, preset)
    if store.has(name, ".m4a"):
        return store.path(name, ".m4a")
    stretches = mixed(timeline, sources, preset.loudness_lufs)
    return store.put(name, lambda path: encode_audio(stretches, path, preset.audio_kbps), ".m4a")


def mixed(timeline: PlacedTimeline, sources: Sources, lufs: float = TARGET_LUFS) -> Iterator[Samples]:
    """The mix, float32 at 48 kHz and `lufs` loud, in stretches (2, n) of some ten seconds: nobody holds an hour of it."""

    def music(asset: str) -> Recording:
        own = asset.removeprefix("music:")
        return WavFile(sources.sound(asset) if own == asset else sources.music(own))

    def film(asset: str) -> Recording:
        try:
            return WavFile(sources.sound(asset))
        except MissingSource:
            return silent(asset)

    return mix(timeline, lambda digest: WavFile(sources.speech(digest)), music, film, lufs=lufs)


def sound_name(timeline: PlacedTimeline, preset: ExportPreset) -> str:
    """The name of a mix: all that is heard, and when."""
    blocks = [
        [scene.range.start + block.range.start + sound.at, sound.digest]
        for scene in timeline.scenes
        for block in scene.blocks
        for sound in sounds_of(block.speech_digest, block.times)
    ]
    heard = [_heard(placed, scene.range.start) for scene in timeline.scenes for placed in scene.layers]
    heard += [_heard(placed, 0) for placed in timeline.tracks]
    facts: dict[str, Any] = {"renderer": RENDERER_VERSION, "duration": timeline.duration, "kbps": preset.audio_kbps, "blocks": blocks}
    loudness = {} if preset.loudness_lufs == TARGET_LUFS else {"lufs": preset.loudness_lufs}
    return codec.digest(facts | loudness | {"layers": [layer for layer in heard if layer]})


def render_cover(program: Program, timeline: PlacedTimeline, store: SegmentStore) -> Path:
    """The cover, kept by the segment that it is a frame of: drawing one frame alone opens all that is in it."""
    index = _cover_index(program, timeline)
    segment = next(segment for segment in program.segments if index < segment.first_frame + segment.frame_count)
    name = codec.digest({"cover": segment.key, "frame": index - segment.first_frame})
    if store.has(name, ".jpg"):
        return store.path(name, ".jpg")
    return store.put(name, lambda path: write_image(path, program.frame(index)), ".jpg")


def publish(
    program: Program,
    timeline: PlacedTimeline,
    store: SegmentStore,
    preset: ExportPreset,
    *,
    mp4: Path,
    title: str,
    metadata: dict[str, str],
    authority: Authority,
    progress: Progress = ignore_progress,
) -> Files:
    """Join the finished segments and the finished mix into `mp4`, sign it, and write captions and cover beside it.

    `metadata` are the file's free fields (`marks.aigc_metadata`). Nothing touches the film after its signature.
    """
    mp4.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=mp4.parent, prefix=".joined-") as folder:
        joined = Path(folder) / mp4.name
        progress("joining", 0, 1)
        segments = [store.whole(segment_name(segment, preset)) for segment in program.segments]
        join(segments, store.whole(sound_name(timeline, preset), ".m4a"), joined, metadata)
        progress("labelling", 0, 1)
        sign(joined, mp4, authority, title or mp4.stem)
    files = _companions(render_cover(program, timeline, store), timeline, mp4)
    progress("labelling", 1, 1)
    return files


def export(
    document: Document,
    *,
    preset: ExportPreset,
    language: str,
    sources: Sources,
    avatars: AvatarEngine,
    store: SegmentStore,
    out_folder: Path,
    authority: Authority,
    producer: str,
    produce_id: str,
    speech: SpeechEngine | None = None,
    speech_folder: Path | None = None,
    manifest: LinkManifest | None = None,
    label: str | None = "",
    name: str = "video",
    extras: Collection[str] = (),
    workshop: Workshop | None = None,
    device: str = "cpu",
    workers: int = 1,
    progress: Progress = ignore_progress,
    cancelled: Callable[[], bool] = never,
) -> ExportResult:
    """Make `<name>.mp4`, `.srt`, `.vtt` and `.jpg` (the cover) in `out_folder`.

    The words are voiced with `speech` into `speech_folder`, unless a `manifest` says that they have been. `label` is the visible mark,
    in the language's own words by default; None leaves it out, which is for measuring only. `producer` and `produce_id` go into the
    file's AIGC field. `extras` are kinds of further files (`EXTRAS`), made beside the film.
    Raises DocumentRefused(`empty`, `unvoiced`), MissingSource, MediaRefused, PresenterRefused, SpeechRefused, SetupIncomplete, Cancelled.
    """
    lay_large_apart()
    linked = manifest or _voice(document, language, speech, speech_folder, sources, progress=progress, cancelled=cancelled)
    if not linked.complete:
        raise DocumentRefused("unvoiced", path="scenes")
    timeline = resolve(document, linked)
    if not timeline.scenes:
        raise DocumentRefused("empty", path="scenes")
    size_px = preset.size_px(timeline.canvas.width_px, timeline.canvas.height_px)
    order = ProgramOrder(timeline, size_px, sources, avatars, label_for(language) if label == "" else label, device)
    program = order.program(workshop)
    with ThreadPoolExecutor(1, "sound") as beside:
        sound = beside.submit(render_sound, timeline, sources, store, preset)
        rendered = compose_in_parallel(
            order, program, store, preset, workers=workers, progress=partial(progress, "composing"), cancelled=cancelled
        )
        progress("sound", 0, 1)
        sound.result()
    render_cover(program, timeline, store)
    if cancelled():
        raise Cancelled
    mp4, metadata = out_folder / f"{name}.mp4", aigc_metadata(producer, produce_id)
    files = publish(
        program, timeline, store, preset, mp4=mp4, title=document.title, metadata=metadata, authority=authority, progress=progress
    )
    further = {kind: mp4.with_name(f"{name}-{kind}.{EXTRAS[kind]}") for kind in extras}
    for done, (kind, path) in enumerate(further.items()):
        progress("further", done, len(further))
        if kind == "alone":
            _write_alone(path, order, metadata, preset.loudness_lufs, cancelled)
            continue
        _write_extra(kind, path, program, timeline, sources, preset.loudness_lufs)
    return ExportResult(*files, program.frame_count, timeline.duration, rendered, len(program.segments) - rendered, further)


def frame(
    document: Document,
    at_seconds: float,
    *,
    size_px: tuple[int, int],
    manifest: LinkManifest,
    sources: Sources,
    avatars: AvatarEngine,
    label: str = "",
    device: str = "cpu",
) -> Planes:
    """The picture at `at_seconds` (the last one beyond the end), as the export of this size has it. Raises as `export` does."""
    timeline = resolve(document, manifest)
    mark = label or label_for(manifest.language)
    program = compile_program(timeline, size_px=size_px, sources=sources, avatars=avatars, label=mark, device=device)
    if not program.frame_count:
        raise DocumentRefused("empty", path="scenes")
    wanted = frame_at(ticks_from_seconds(max(0.0, at_seconds)), program.frame_rate)
    return program.frame(min(wanted, program.frame_count - 1))


def _voice(
    document: Document,
    language: str,
    speech: SpeechEngine | None,
    folder: Path | None,
    sources: Sources,
    *,
    progress: Progress,
    cancelled: Callable[[], bool],
) -> LinkManifest:
    if speech is None or folder is None:
        raise DocumentRefused("unvoiced", path="scenes")
    return link.voice(document, language, speech, folder, sources=sources, progress=partial(progress, "voicing"), cancelled=cancelled)


def _companions(kept_cover: Path, timeline: PlacedTimeline, mp4: Path) -> Files:
    """Write captions and cover beside the film."""
    srt, vtt, cover = (mp4.with_suffix(suffix) for suffix in (".srt", ".vtt", ".jpg"))
    for path, text in ((srt, captions.srt(timeline.cues)), (vtt, captions.vtt(timeline.cues))):
        with written_whole(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    with written_whole(cover) as unfinished:
        unfinished.write_bytes(unsealed(kept_cover))
    return Files(mp4, srt, vtt, cover)


def _cover_index(program: Program, timeline: PlacedTimeline) -> int:
    shown = min(int(timeline.scenes[0].range.duration * COVER_SHARE), LABEL_TICKS // 2)
    return frame_at(shown, program.frame_rate)


def _write_extra(kind: str, path: Path, program: Program, timeline: PlacedTimeline, sources: Sources, lufs: int) -> None:  # noqa: PLR0917 - all of a film
    if kind == "sound":
        write_stretches(path, mixed(timeline, sources, lufs))
    elif kind == "still":
        write_image(path, program.frame(_cover_index(program, timeline)))
    else:
        write_moving(path, _moving(program), MOVING_MS)


def _write_alone(path: Path, order: ProgramOrder, metadata: dict[str, str], lufs: int, cancelled: Callable[[], bool]) -> None:
    """The presenters without all else, on nothing. Raises DocumentRefused(`presenter-none`) and Cancelled."""
    program = replace(order, timeline=alone(order.timeline)).program()

    def drawn() -> Iterator[Planes]:
        for planes in cut_out(program):
            if cancelled():
                raise Cancelled
            yield planes

    stretches = mixed(order.timeline, order.sources, lufs)
    write_webm(path, drawn(), stretches, size_px=program.size_px, frame_rate=program.frame_rate, metadata=metadata)


def _moving(program: Program) -> list[Planes]:
    """The film's first moments, as long as the mark stands in them, small and few."""
    width, height = (max(2, round(side * min(1.0, MOVING_SIDE_PX / min(program.size_px)) / 2) * 2) for side in program.size_px)
    times = range(0, LABEL_TICKS, ticks_from_seconds(MOVING_MS / 1_000))
    frames = dict.fromkeys(min(frame_at(time, program.frame_rate), program.frame_count - 1) for time in times)
    return [scale(program.frame(frame), width, height) for frame in frames]


def _heard(placed: PlacedLayer, start: int) -> Any:
    layer = placed.layer
    content = layer.content
    if not isinstance(content, AudioContent | VideoContent) or not audible(layer, content):
        return None
    volumes = [codec.facts(keyframe) for keyframe in layer.keyframes if keyframe.property == "volume"]
    facts = {name: fact for name, fact in codec.facts(content).items() if name not in {"fit", "crop"}}
    return [start + placed.range.start, placed.range.duration, facts, volumes]
