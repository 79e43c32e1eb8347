"""The four workloads as ffmpeg filter graphs: what every figure is compared with."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import words
from bench.footage import HEIGHT_PX, WIDTH_PX
from bench.places import MEDIA, ffmpeg
from bench.scripts import (
    AD,
    CUTS,
    FADE_FRAMES,
    LOGO,
    PRESENTER,
    SLIDE_CENTRE,
    SLIDE_FRAMES,
    SLIDES,
    SUBTITLE_CENTRE,
    SUBTITLE_FRAMES,
    TEN_SCENES,
    UPRIGHT,
    ZOOM,
    Ad,
)
from bench.stills import box

Command = list[str | Path]

RATE: Final = 25
CODING: Final = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-r", str(RATE)),
    *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"),
    *("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000"),
)
"""The settings of all renderers; ours writes a key frame every two seconds besides."""
DUCKING: Final = (
    "[{voice}:a]aresample=48000,apad,asplit=2[v1][v2];[{music}:a]atrim=0:{seconds},volume=0.5[mu];"
    "[mu][v1]sidechaincompress=threshold=0.02:ratio=8:attack=50:release=400[dk];[dk][v2]amix=inputs=2:duration=first:normalize=0[a]"
)
BT709: Final = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
BT709_ALPHA: Final = "scale=out_color_matrix=bt709:out_range=tv,format=yuva420p"
START: Final = ("-y", "-nostdin", "-v", "error")


def w1(out: Path, presenter: str = "stack") -> Command:
    """The ad; `presenter` names the container of the person: `stack` as we keep it, `prores` as people have it."""
    return _ad(AD, SUBTITLE_FRAMES, "voice-w1.wav", presenter, out)


def w2(out: Path) -> Command:
    """The slide show, at its best: each picture is decoded and covered with words once, then repeated."""
    inputs: Command = []
    graph = []
    x, y, *_ = box("slide0.png", SLIDE_CENTRE)
    last = SLIDE_FRAMES - FADE_FRAMES
    for number in range(SLIDES):
        inputs += ["-i", MEDIA / f"lying{number}.jpg", "-i", MEDIA / f"slide{number}.png"]
        graph += [
            f"[{2 * number}:v]{BT709}[b{number}]",
            f"[{2 * number + 1}:v]{BT709_ALPHA}[w{number}]",
            (
                f"[b{number}][w{number}]overlay={x}:{y},loop={SLIDE_FRAMES - 1}:1:0,setpts=N/{RATE}/TB,"
                f"fade=in:0:{FADE_FRAMES},fade=out:{last}:{FADE_FRAMES},setsar=1[s{number}]"
            ),
        ]
    seconds = SLIDES * SLIDE_FRAMES / RATE
    joined = "".join(f"[s{number}]" for number in range(SLIDES))
    graph += [f"{joined}concat=n={SLIDES}:v=1:a=0[v]", f"[{2 * SLIDES}:a]atrim=0:{seconds},volume=0.5[a]"]
    return _command([*inputs, "-i", MEDIA / "music.wav"], graph, SLIDES * SLIDE_FRAMES, out)


def w3(out: Path) -> Command:
    """Three clips decoded, joined and encoded again."""
    inputs: Command = []
    for clip, first, frames in CUTS:
        inputs += ["-ss", str(first / RATE), "-t", str(frames / RATE), "-i", MEDIA / f"clip{clip}.mp4"]
    streams = "".join(f"[{place}:v][{place}:a]" for place in range(len(CUTS)))
    return _command(inputs, [f"{streams}concat=n={len(CUTS)}:v=1:a=1[v][a]"], sum(frames for *_, frames in CUTS), out)


def w4(out: Path, presenter: str = "stack") -> Command:
    """The ten scenes, all of them, as after any change."""
    return _ad(TEN_SCENES, TEN_SCENES.scene_frames, "voice-w4.wav", presenter, out)


def _ad(ad: Ad, subtitle_frames: int, voice: str, presenter: str, out: Path) -> Command:
    inputs: Command = []
    graph = []
    for scene in range(ad.scenes):
        inputs += ["-i", MEDIA / f"upright{scene}.jpg", *_person(ad, scene, presenter)]
        graph += _scene(ad, scene, presenter)
    graph += _faded(ad)
    at = 2 * ad.scenes
    inputs += ["-i", MEDIA / "logo.png", "-f", "concat", "-safe", "0", "-i", _subtitles(out, subtitle_frames)]
    inputs += ["-i", MEDIA / voice, "-i", MEDIA / "music.wav"]
    x, y, *_ = box("subtitle0.png", SUBTITLE_CENTRE)
    graph += [
        f"[{at}:v]{BT709_ALPHA}[lo]",
        f"[{at + 1}:v]{BT709_ALPHA}[su]",
        f"[film][lo]overlay={LOGO[0]}:{LOGO[1]}[l]",
        f"[l][su]overlay={x}:{y}:shortest=0,trim=end_frame={ad.frames}[v]",
        DUCKING.format(voice=at + 2, music=at + 3, seconds=ad.frames / RATE),
    ]
    return _command(inputs, graph, ad.frames, out)


def _person(ad: Ad, scene: int, presenter: str) -> Command:
    """The presenter of a scene to the end of its fade; before its start she stands still."""
    name = {"stack": "presenter_stack.mp4", "prores": "presenter_prores.mov"}[presenter]
    frames = ad.shown(scene).stop - scene * ad.scene_frames
    return ["-ss", str(ad.presenter_frame(scene) / RATE), "-t", str(frames / RATE), "-i", MEDIA / name]


def _scene(ad: Ad, scene: int, presenter: str) -> list[str]:
    """A scene as `[s…]`: a photograph that grows evenly, by the same ratio each frame, and the presenter over it."""
    shown = ad.shown(scene)
    early, frames = scene * ad.scene_frames - shown.start, len(shown)
    size = f"{UPRIGHT[0]}x{UPRIGHT[1]}"
    zoom = f"zoompan=z='pow({ZOOM},on/{frames})':x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)':d={frames}:s={size}:fps={RATE}"
    person = _alpha(2 * scene + 1, f"p{scene}", presenter) + f",tpad=start={early}:start_mode=clone[p{scene}]"
    over = f"[z{scene}][p{scene}]overlay={PRESENTER[0]}:{PRESENTER[1]},trim=end_frame={frames},settb=1/{RATE}[s{scene}]"
    return [f"[{2 * scene}:v]{zoom},setsar=1,{BT709}[z{scene}]", person, over]


def _alpha(stream: int, name: str, presenter: str) -> str:
    """A presenter's film with its alpha, the output not yet named."""
    if presenter != "stack":
        return f"[{stream}:v]setpts=PTS-STARTPTS"
    colour, below = f"crop={WIDTH_PX}:{HEIGHT_PX}:0:0", f"crop={WIDTH_PX}:{HEIGHT_PX}:0:{HEIGHT_PX}"
    return (
        f"[{stream}:v]setpts=PTS-STARTPTS,split[{name}x][{name}y];[{name}x]{colour}[{name}c];"
        f"[{name}y]{below},extractplanes=y[{name}a];[{name}c][{name}a]alphamerge"
    )


def _faded(ad: Ad) -> list[str]:
    """All scenes as `[film]`, each fading into the next."""
    parts, last = [], "s0"
    for scene in range(1, ad.scenes):
        name = "film" if scene == ad.scenes - 1 else f"x{scene}"
        offset = ad.shown(scene).start / RATE
        parts.append(f"[{last}][s{scene}]xfade=transition=fade:duration={ad.fade_frames / RATE}:offset={offset}[{name}]")
        last = name
    return parts


def _subtitles(out: Path, frames: int) -> Path:
    """The list of the subtitles' pictures, each as long as it stands."""
    path = out.with_suffix(".subtitles.txt")
    names = [MEDIA / f"subtitle{number}.png" for number in range(len(words.SUBTITLES))]
    lines = ["ffconcat version 1.0", *(f"file {name}\nduration {frames / RATE}" for name in names), f"file {names[-1]}"]
    path.write_text("\n".join(lines) + "\n")
    return path


def _command(inputs: Command, graph: list[str], frames: int, out: Path) -> Command:
    outputs: Command = ["-map", "[v]", "-map", "[a]", *CODING, "-t", str(frames / RATE), out]
    return [ffmpeg(), *START, *inputs, "-filter_complex", ";".join(graph), *outputs]


WORKLOADS: Final[dict[str, Callable[[Path], Command]]] = {"W1": w1, "W2": w2, "W3": w3, "W4": w4}
