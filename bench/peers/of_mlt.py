"""MLT: `python -m bench.peers.of_mlt W1 FILM` writes the workload as MLT's XML and becomes `melt`. Its presenter is in QuickTime RLE."""

import os
import sys
from pathlib import Path

from bench.peers.numbers import FACTS, MEDIA

CODING = 'vcodec="libx264" preset="veryfast" crf="23" pix_fmt="yuv420p" acodec="aac" ab="128k" ar="48000" channels="2" threads="2"'


def profile(width: int, height: int) -> str:
    """The picture's shape."""
    return (
        f'<profile width="{width}" height="{height}" frame_rate_num="25" frame_rate_den="1" progressive="1" sample_aspect_num="1" '
        f'sample_aspect_den="1" display_aspect_num="{width}" display_aspect_den="{height}" colorspace="709"/>'
    )


def facts(**values: object) -> str:
    """Properties; two underscores stand for a point."""
    return "".join(f'<property name="{name.replace("__", ".")}">{value}</property>' for name, value in values.items())


def producer(name: str, file: str, last: int, inside: str = "", **values: object) -> str:
    """Something that gives pictures or sound up to frame `last`."""
    return f'<producer id="{name}" in="0" out="{last}">{facts(resource=MEDIA / file, **values)}{inside}</producer>'


def playlist(name: str, *entries: tuple[str, int, int], blank: int = 0) -> str:
    """Entries of (producer, first, last), after `blank` empty frames."""
    listed = "".join(f'<entry producer="{of}" in="{first}" out="{last}"/>' for of, first, last in entries)
    return f'<playlist id="{name}">' + (f'<blank length="{blank}"/>' if blank else "") + listed + "</playlist>"


def transition(service: str, below: int, above: int, first: int, last: int, **values: object) -> str:
    """One track over another."""
    return f'<transition mlt_service="{service}" in="{first}" out="{last}">{facts(a_track=below, b_track=above, **values)}</transition>'


def composite(below: int, above: int, last: int, box: str) -> str:
    """A track in a box over another."""
    options = {"progressive": 1, "deinterlace": 0, "distort": 1, "fill": 1, "halign": "left", "valign": "top", "always_active": 1}
    return transition("composite", below, above, 0, last, geometry=f"0={box}:100", **options)


def tractor(name: str, last: int, tracks: list[str], *transitions: str) -> str:
    """Tracks together."""
    listed = "".join(f'<track producer="{track}"/>' if " " not in track else f"<track {track}/>" for track in tracks)
    return f'<tractor id="{name}" in="0" out="{last}"><multitrack>{listed}</multitrack>{"".join(transitions)}</tractor>'


def box_of(place: list[int]) -> str:
    """A box as geometry."""
    left, top, width, height = place
    return f"{left}/{top}:{width}x{height}"


def scene(number: int, first: int, frames: int) -> list[str]:
    """A growing photograph and the presenter over it."""
    grow = facts(transition__rect=f"0=0 0 1080 1920 1; {frames - 1}=-81 -144 1242 2208 1", background="colour:black", transition__distort=1)
    filtered = f'<filter mlt_service="affine" in="0" out="{frames - 1}">{grow}</filter>'
    return [
        producer(f"photo{number}", f"upright{number}.jpg", frames - 1, filtered, length=frames, ttl=1, mlt_service="pixbuf"),
        producer(f"film{number}", "presenter_qtrle.mov", 499, mlt_service="avformat", audio_index=-1),
        playlist(f"cut{number}", (f"film{number}", first, first + frames - 1)),
        tractor(
            f"scene{number}",
            frames - 1,
            [f"photo{number}", f"cut{number}"],
            composite(0, 1, frames - 1, box_of(FACTS.presenter)),
        ),
    ]


def w1() -> str:
    """The talking ad."""
    quiet = f'<filter mlt_service="volume">{facts(level="0=-18; 499=-18")}</filter>'
    parts = [
        *scene(0, 0, 262),
        *scene(1, 238, 262),
        playlist("A", ("scene0", 0, 261)),
        playlist("B", ("scene1", 0, 261), blank=238),
        producer("logo", "logo.png", 499, length=500),
        playlist("L", ("logo", 0, 499)),
        *(producer(f"words{n}", f"subtitle{n}.png", 49, length=50) for n in range(10)),
        playlist("S", *((f"words{n}", 0, 49) for n in range(10))),
        producer("voice", "voice-w1.wav", 499, mlt_service="avformat"),
        producer("music", "music.wav", 499, quiet, mlt_service="avformat"),
        playlist("V", ("voice", 0, 499)),
        playlist("M", ("music", 0, 499)),
        tractor(
            "main",
            499,
            ["A", "B", "L", "S", 'producer="V" hide="video"', 'producer="M" hide="video"'],
            transition("luma", 0, 1, 238, 261),
            transition("composite", 0, 1, 262, 499, geometry="0=0/0:1080x1920:100", progressive=1, fill=1, distort=1),
            composite(0, 2, 499, box_of(FACTS.logo)),
            composite(0, 3, 499, box_of(FACTS.subtitle)),
            transition("mix", 0, 4, 0, 499, sum=1, always_active=1),
            transition("mix", 0, 5, 0, 499, sum=1, always_active=1),
        ),
    ]
    return profile(1080, 1920) + "".join(parts)


def w2() -> str:
    """The slide show."""
    parts = []
    for n in range(10):
        parts += [producer(f"photo{n}", f"lying{n}.jpg", 149, length=150), producer(f"words{n}", f"slide{n}.png", 149, length=150)]
        fade = f'<filter mlt_service="brightness" in="0" out="149">{facts(level="0=0; 12=1; 138=1; 149=0.08")}</filter>'
        slide = tractor(f"slide{n}", 149, [f"photo{n}", f"words{n}"], composite(0, 1, 149, box_of(FACTS.slide)))
        parts.append(slide.replace("</tractor>", f"{fade}</tractor>"))
    quiet = f'<filter mlt_service="volume">{facts(level="-6")}</filter>'
    parts += [playlist("A", *((f"slide{n}", 0, 149) for n in range(10)))]
    parts += [producer("music", "music.wav", 1499, quiet, mlt_service="avformat")]
    mixed = transition("mix", 0, 1, 0, 1499, sum=1, always_active=1)
    parts.append(tractor("main", 1499, ["A", 'producer="music" hide="video"'], mixed))
    return profile(1920, 1080) + "".join(parts)


def w3() -> str:
    """Three clips cut and joined."""
    clips = [f'<producer id="clip{n}">{facts(resource=MEDIA / f"clip{n}.mp4", mlt_service="avformat")}</producer>' for n, *_ in FACTS.cuts]
    return profile(1920, 1080) + "".join(clips) + playlist("main", *((f"clip{n}", at, at + frames - 1) for n, at, frames in FACTS.cuts))


if __name__ == "__main__":
    workload, film = sys.argv[1:]
    consumer = f'<consumer mlt_service="avformat" target="{film}" {CODING} real_time="-2" rescale="bilinear" terminate_on_pause="1"/>'
    xml = Path(film).with_suffix(".mlt")
    body = {"W1": w1, "W2": w2, "W3": w3}[workload]().split("/>", 1)
    xml.write_text(f"<mlt>{body[0]}/>{consumer}{body[1]}</mlt>")
    os.execvpe("melt", ["melt", "-quiet", str(xml)], os.environ | {"QT_QPA_PLATFORM": "offscreen"})
