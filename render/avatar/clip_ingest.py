"""Taking a clip in: is it usable, and if so, the presenter's folder that comes of it. Twice over the film: to judge it, to cut it out."""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import torch
from torch import Tensor

from render.avatar import topology
from render.avatar.anatomy import Anatomy, anatomy
from render.avatar.clip_sound import speech_facts, speech_faults
from render.avatar.engine import ENGINE_VERSION
from render.avatar.faces import Face, FaceModels
from render.avatar.film_frames import bytes_of, film_frame
from render.avatar.folder import DESCRIPTION, LANDMARKS, SCHEMA_VERSION
from render.avatar.footage import FRAME_TICKS, RECIPE
from render.avatar.ingest import Verdict, face_facts, face_faults, poster_of, shots_of, webp
from render.avatar.keying import find_screen, keyed
from render.avatar.looping import FRAME_RATE
from render.avatar.matting import Frame, Matte, Matting, Raw, matting_for
from render.avatar.rig import build_rig, save_rig
from render.errors import MediaRefused
from render.media.films import FilmWriter
from render.media.video import VideoReader
from render.pixels.convert import rgb_from_planes
from render.pixels.planes import Planes
from render.pixels.scale import scale
from render.timeline.time import TICKS_PER_SECOND

SECONDS_MIN: Final = 30
SECONDS_MAX: Final = 300
SIDE_MAX_PX: Final = 1280
BATCH: Final = 8
AHEAD: Final = 3
"""Frames decoded before they are cut out."""
THREADS: Final = 2
"""Frames cut out at once: the decoder and the encoder wait for them."""
_SECOND_FACE_SHARE: Final = 0.3
LOST_MAX: Final = 0.02
"""Frames without a face, of all."""
TRIAL_SECONDS: Final = 5
_TRIAL_GROUND: Final = (0.55, 0.60, 0.68)
WORN_MAX_PERCENT: Final = 4
FULL_HD_PX: Final = 1080
LIVE_MAX_PX: Final = 2160
LIGHT_APART_MAX: Final = 0.12
"""How far the light of two sets of one presenter may differ, of full white."""
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a clip is to be taken in. `matting` None: what suits it. `like` is the description of the presenter's first set."""

    presenter_id: str = "clip"
    consent: str | None = None
    matting: Matting | None = None
    like: dict[str, Any] | None = None
    seconds_min: int = SECONDS_MIN
    seconds_max: int = SECONDS_MAX

    @property
    def by_the_rules(self) -> bool:
        """Whether it is held to what customers' films are: shorter ones are for trying things out."""
        return self.seconds_min >= SECONDS_MIN


@dataclass(slots=True)
class Seen:
    """What the first time over the film found."""

    landmarks: list[Tensor] = field(default_factory=list)
    lumas: list[float] = field(default_factory=list)
    lost: int = 0
    crowded: int = 0
    first: Tensor | None = None


def ingest_clip(clip: Path, folder: Path, models: Path, wanted: Wanted, tell: Tell) -> Verdict:
    """Judge a clip and, where nothing speaks against it, write the presenter's folder; a refused one leaves nothing behind.

    `tell(stage, done, total)` hears `judging` and `cutting` with frames. Reasons besides a portrait's: `too-short`, `too-long`,
    `face-lost`, `like-the-screen`, `plain-not-1080p`, `set-format`, `set-light`, `no-speech`, `speech-broken`, `speech-drowned`,
    `several-voices`. Notes, which do not refuse: `not-for-live-4k`, `not-for-live-plain`.
    Raises SetupIncomplete where the models are missing.
    """
    try:
        reader = VideoReader(clip)
    except MediaRefused as refusal:
        return Verdict(("too-many-pixels" if refusal.reason == "pixels" else "unreadable",))
    try:
        return _taken_in(reader, folder, FaceModels(models), wanted, facts=_facts(reader, clip, models, wanted), tell=tell)
    finally:
        reader.close()


def try_mattings(clip: Path, folder: Path, models: Path, mattings: Sequence[str], tell: Tell) -> Verdict:
    """Write the first seconds of a clip before a plain ground, cut out by each of `mattings`: films that a browser plays, named by them."""
    reader, networks = VideoReader(clip), FaceModels(models)
    try:
        frames = min(reader.duration_ticks // FRAME_TICKS, TRIAL_SECONDS * FRAME_RATE)
        seen = _look(reader, frames, networks, tell)
        points = _steadied(torch.stack(seen.landmarks)) if seen.landmarks else torch.zeros(frames, 478, 3)
        folder.mkdir(parents=True, exist_ok=True)
        for name in mattings:
            _try(reader, folder / f"{name}.mp4", networks, points, matting_named(name) or "person")
            tell("cutting", frames, frames)
    finally:
        reader.close()
    return Verdict()


def matting_named(name: str) -> Matting | None:
    """The matting of this name; None for no name: what suits the clip. Raises ValueError for any other."""
    if not name:
        return None
    if name in {"screen", "screen-neck", "person"}:
        return cast("Matting", name)
    raise ValueError(name)


def _try(reader: VideoReader, out: Path, networks: FaceModels, points: Tensor, matting: Matting) -> None:
    first = _picture(reader, 0)
    matte = Matte(first, networks, matting)
    with FilmWriter(out, RECIPE, (first.shape[2], first.shape[1]), alpha=False) as film:
        for number, mesh in enumerate(points):
            cut = matte.cut(_picture(reader, number), (float(mesh[topology.CHIN, 1]), 1.0 + float(mesh[:, 0].max() - mesh[:, 0].min()) / 2))
            shown = cut[:3] * cut[3] + torch.tensor(_TRIAL_GROUND)[:, None, None] * (1 - cut[3])
            film.add(film_frame(bytes_of(torch.cat([shown, torch.ones_like(cut[3:])]))), number * FRAME_TICKS)
        film.finish(len(points) * FRAME_TICKS)


def _facts(reader: VideoReader, clip: Path, models: Path, wanted: Wanted) -> dict[str, int]:
    """What is known of a film before anybody is looked for in it."""
    facts = {"width_px": reader.width_px, "height_px": reader.height_px, "seconds": reader.duration_ticks // TICKS_PER_SECOND}
    return facts | speech_facts(clip, models, wanted.seconds_max) if wanted.by_the_rules and not _by_the_file(facts, wanted) else facts


def _taken_in(reader: VideoReader, folder: Path, networks: FaceModels, wanted: Wanted, *, facts: dict[str, int], tell: Tell) -> Verdict:
    early, frames = _by_the_file(facts, wanted), reader.duration_ticks // FRAME_TICKS
    if early:
        return Verdict(early, facts)
    seen = _look(reader, frames, networks, tell)
    if seen.first is None or not seen.landmarks or seen.lost > LOST_MAX * frames:
        lost = "no-face" if not seen.landmarks or seen.lost > frames // 2 else "face-lost"
        return Verdict((lost, *_unheard(facts, wanted)), facts | {"lost_frames": seen.lost})
    points = _steadied(torch.stack(seen.landmarks))
    reference = _quietest(points)
    matting = wanted.matting or matting_for(seen.first)
    facts |= face_facts(anatomy(points[reference]), points[reference], _picture(reader, reference)[None])
    if matting != "person":
        facts["worn_percent"] = _worn(seen.first, networks)
    verdict = _judged(seen, facts, matting, wanted)
    if verdict.accepted:
        _write(reader, folder, networks, _Taken(points, seen, reference, matting, wanted, verdict), tell)
    return verdict


def _by_the_file(facts: dict[str, int], wanted: Wanted) -> tuple[str, ...]:
    against = {"too-short": facts["seconds"] < wanted.seconds_min, "too-long": facts["seconds"] > wanted.seconds_max}
    if wanted.like:
        first = wanted.like.get("quality", {})
        against["set-format"] = any(first.get(name, facts[name]) != facts[name] for name in ("width_px", "height_px"))
    return tuple(reason for reason, holds in against.items() if holds)


def _unheard(facts: dict[str, int], wanted: Wanted) -> tuple[str, ...]:
    """What speaks against the way that somebody speaks."""
    return tuple(reason for reason, holds in speech_faults(facts).items() if holds) if wanted.by_the_rules else ()


def _look(reader: VideoReader, frames: int, networks: FaceModels, tell: Tell) -> Seen:
    """Landmarks of every frame. A face that is lost for a moment stays where it was."""
    seen, face, looked_at = Seen(), None, 0
    for pictures in _batches(reader, frames):
        looked_at += len(pictures)
        if seen.first is None:
            seen.first = pictures[0]
        found = networks.detect(pictures[:1])
        seen.crowded += len(pictures) * (len([other for other in found[1:] if other.width > 0.3 * found[0].width]) > 0)
        face = found[0] if found else face
        if face is None:
            seen.lost += len(pictures)
            continue
        face = _follow(pictures, networks, face, seen)
        tell("judging", looked_at, frames)
    return seen


def _batches(reader: VideoReader, frames: int) -> Iterator[Tensor]:
    """(`BATCH`, 3, H, W) in order."""
    starts = range(0, frames, BATCH)
    return _ahead((partial(_pictures, reader, range(start, min(frames, start + BATCH))) for start in starts), 1)


def _ahead(makes: Iterable[Callable[[], Tensor]], count: int) -> Iterator[Tensor]:
    """What each of `makes` makes, in order: so many of the next ones are decoded while one is looked at."""
    coming: deque[Future[Tensor]] = deque()
    with _threads(1) as threads:
        for make in makes:
            coming.append(threads.submit(make))
            if len(coming) > count:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _pictures(reader: VideoReader, numbers: range) -> Tensor:
    return torch.stack([_picture(reader, number) for number in numbers])


def _threads(count: int) -> ThreadPoolExecutor:
    """Threads in each of which torch works by itself."""
    return ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))


def _follow(pictures: Tensor, networks: FaceModels, face: Face, seen: Seen) -> Face:
    points, certain = networks.landmarks(pictures, (face,) * len(pictures))
    for picture, mesh, sure in zip(pictures, points, certain.tolist(), strict=True):
        lost = sure < 0.5  # noqa: PLR2004 - the network's own middle
        seen.lost += lost
        seen.landmarks.append(seen.landmarks[-1] if lost and seen.landmarks else mesh)
        seen.lumas.append(_light(picture, anatomy(seen.landmarks[-1])))
    box = seen.landmarks[-1][:468, :2]
    (left, top), (right, bottom) = box.amin(0).tolist(), box.amax(0).tolist()
    return Face((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, 1.0, 0.0)


def _picture(reader: VideoReader, number: int) -> Tensor:
    """(3, H, W), 0 to 1: a frame with its longer side at most `SIDE_MAX_PX`, even sides."""
    pixels = rgb_from_planes(_bounded(reader.frame_at(number * FRAME_TICKS)))
    return torch.from_numpy(pixels).permute(2, 0, 1).float() / 255


def _bounded(planes: Planes) -> Planes:
    factor = SIDE_MAX_PX / max(planes.width_px, planes.height_px)
    if factor >= 1:
        return planes
    width_px, height_px = (max(2, round(side * factor / 2) * 2) for side in (planes.width_px, planes.height_px))
    return scale(planes, width_px, height_px)


def _light(picture: Tensor, face: Anatomy) -> float:
    """The mean of skin that talking moves little."""
    places = face.points[[*topology.NOSE[:3], 50, 280, 205, 425, 123, 352]].round().long()
    x, y = places[:, 0].clamp(0, picture.shape[2] - 1), places[:, 1].clamp(0, picture.shape[1] - 1)
    return float(picture[:, y, x].mean())


def _steadied(points: Tensor) -> Tensor:
    """(T, 478, 3): each frame a quarter of its neighbours, so that the mouth does not tremble."""
    padded = torch.cat([points[:1], points, points[-1:]])
    return 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]


def _quietest(points: Tensor) -> int:
    """The frame whose lips are closest and whose head looks straightest."""
    gap = (points[:, 14, 1] - points[:, 13, 1]).abs() / (points[:, 152, 1] - points[:, 2, 1]).clamp_min(1.0)
    turned = (points[:, topology.SIDE_RIGHT, 2] - points[:, topology.SIDE_LEFT, 2]).abs() / (
        points[:, topology.SIDE_RIGHT, 0] - points[:, topology.SIDE_LEFT, 0]
    ).clamp_min(1.0)
    return int((gap + 0.3 * turned).argmin())


def _worn(picture: Tensor, networks: FaceModels) -> int:
    """Per cent of the person that a key would take for the screen: clothes of its colour."""
    sure = networks.person(picture[None])[0, 0] > 0.95  # noqa: PLR2004 - well inside
    screen = find_screen(picture)
    if screen is None or not bool(sure.any()):
        return 0
    return round(100 * float((keyed(picture, screen)[3][sure] < 0.8).float().mean()))  # noqa: PLR2004 - seen through


def _judged(seen: Seen, facts: dict[str, int], matting: Matting, wanted: Wanted) -> Verdict:
    facts = facts | {"light_percent": round(100 * float(np.mean(seen.lumas)))}
    short = min(facts["width_px"], facts["height_px"])
    first = (wanted.like or {}).get("quality", {})
    against = face_faults(facts) | {
        "two-faces": seen.crowded > LOST_MAX * len(seen.landmarks),
        "like-the-screen": facts.get("worn_percent", 0) > WORN_MAX_PERCENT,
        "plain-not-1080p": matting == "person" and short < FULL_HD_PX and wanted.by_the_rules,
        "set-light": abs(first.get("light_percent", facts["light_percent"]) - facts["light_percent"]) > 100 * LIGHT_APART_MAX,
    }
    notes = {"not-for-live-4k": short >= LIVE_MAX_PX, "not-for-live-plain": matting == "person"}
    reasons = tuple(reason for reason, holds in against.items() if holds)
    return Verdict((*reasons, *_unheard(facts, wanted)), facts, tuple(note for note, holds in notes.items() if holds))


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    points: Tensor
    seen: Seen
    reference: int
    matting: Matting
    wanted: Wanted
    verdict: Verdict


def _write(reader: VideoReader, folder: Path, networks: FaceModels, taken: _Taken, tell: Tell) -> None:
    """Everything into the folder, the description last: a folder with one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    person = _cut(reader, folder / "clip.mp4", networks, taken, tell)
    mesh, (height, width) = taken.points[taken.reference], person.shape[:2]
    lumas = taken.seen.lumas
    gains = np.clip(np.asarray(lumas, np.float32) / max(1e-3, lumas[taken.reference]), 0.8, 1.25)
    np.savez_compressed(folder / LANDMARKS, portrait=mesh.numpy(), clip=taken.points.half().float().numpy(), gains=gains)
    save_rig(build_rig(mesh, width, height), folder / "portrait.rig.safetensors")
    data = webp(person)
    (folder / "portrait.webp").write_bytes(data)
    (folder / "poster.webp").write_bytes(poster_of(person, mesh))
    picture = {"file": "portrait.webp", "width_px": width, "height_px": height, "sha256": hashlib.sha256(data).hexdigest()}
    described = {
        "schema_version": SCHEMA_VERSION,
        "engine_version": ENGINE_VERSION,
        "id": taken.wanted.presenter_id,
        "consent": taken.wanted.consent,
        "poster": "poster.webp",
        "quality": taken.verdict.facts,
        "pictures": {"portrait": picture},
        "shots": shots_of(person, mesh),
        "clip": {"file": "clip.mp4", "frames": len(taken.points), "reference": taken.reference, "matting": taken.matting, "actions": {}},
    }
    part = folder / f".{DESCRIPTION}.part"
    part.write_text(json.dumps(described, indent=2, sort_keys=True) + "\n", "utf-8")
    part.replace(folder / DESCRIPTION)


def _cut(reader: VideoReader, out: Path, networks: FaceModels, taken: _Taken, tell: Tell) -> Tensor:
    """Write the film cut out, and return its reference frame (H, W, 4 uint8)."""
    frames, reference = len(taken.points), torch.empty(0)
    first = _picture(reader, 0)
    matte = Matte(first, networks, taken.matting)
    with FilmWriter(out, RECIPE, (first.shape[2], first.shape[1]), alpha=True) as film:
        for number, cut in enumerate(_cuts(reader, matte, taken)):
            if number == taken.reference:
                reference = cut
            film.add(film_frame(cut), number * FRAME_TICKS)
            if number % BATCH == 0:
                tell("cutting", number, frames)
        film.finish(frames * FRAME_TICKS)
    return reference


def _cuts(reader: VideoReader, matte: Matte, taken: _Taken) -> Iterator[Tensor]:
    """(H, W, 4) uint8 frames in order, `THREADS` of them worked out at once."""
    under_way: deque[tuple[Frame, Future[Raw]]] = deque()
    pictures = _ahead((partial(_picture, reader, number) for number in range(len(taken.points))), AHEAD)
    with _threads(THREADS) as threads:
        for picture, mesh in zip(pictures, taken.points, strict=True):
            frame = matte.frame(picture, (float(mesh[topology.CHIN, 1]), anatomy(mesh).half_face_px))
            under_way.append((frame, threads.submit(matte.raw, frame)))
            if len(under_way) > THREADS:
                yield _next(matte, under_way)
        while under_way:
            yield _next(matte, under_way)


def _next(matte: Matte, under_way: "deque[tuple[Frame, Future[Raw]]]") -> Tensor:
    frame, raw = under_way.popleft()
    return bytes_of(matte.settled(frame, raw.result()))
