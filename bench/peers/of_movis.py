"""movis: `python -m bench.peers.of_movis W1 FILM`. It reads no film with alpha, so the presenter comes as PNG pictures."""

import sys

import movis
from movis.enum import Direction

from bench.peers.numbers import FACTS, MEDIA

CODING = {
    "fps": 25.0,
    "codec": "libx264",
    "output_params": ["-preset", "veryfast", "-crf", "23", "-b:a", "128k"],
    "audio_codec": "aac",
}
CORNER = Direction.TOP_LEFT


def scene(number: int, start: float, seconds: float):
    """A growing photograph and the presenter over it."""
    stage = movis.layer.Composition(size=(1080, 1920), duration=seconds)
    fit, frames, first = 1080 / 1242, round(seconds * 25), round(start * 25)
    photo = movis.layer.Image(str(MEDIA / f"upright{number}.jpg"), duration=seconds)
    item = stage.add_layer(photo, name="photo", position=(540, 960), scale=(fit, fit))
    item.scale.enable_motion().extend([0.0, seconds], [(fit, fit), (fit * FACTS.zoom, fit * FACTS.zoom)], ["linear"])
    names = [str(MEDIA / f"presenter_png/p{min(at, 499):04d}.png") for at in range(first, first + frames)]
    film = movis.layer.ImageSequence.from_files(names, each_duration=0.04)
    stage.add_layer(film, name="presenter", position=tuple(FACTS.presenter[:2]), origin_point=CORNER)
    return stage


def w1(out: str) -> None:
    """The talking ad."""
    film = movis.layer.Composition(size=(1080, 1920), duration=20.0)
    film.add_layer(scene(0, 0, 10.48), name="first")
    second = film.add_layer(scene(1, 9.52, 10.48), name="second", offset=9.52)
    second.opacity.enable_motion().extend([0.0, 0.96], [0.0, 1.0], ["linear"])
    logo = movis.layer.Image(str(MEDIA / "logo.png"), duration=20.0)
    film.add_layer(logo, name="logo", position=tuple(FACTS.logo[:2]), origin_point=CORNER)
    for n in range(10):
        words = movis.layer.Image(str(MEDIA / f"subtitle{n}.png"), duration=2.0)
        film.add_layer(words, name=f"words{n}", offset=2.0 * n, position=tuple(FACTS.subtitle[:2]), origin_point=CORNER)
    film.add_layer(movis.layer.Audio(str(MEDIA / "voice-w1.wav")), name="voice")
    film.add_layer(movis.layer.Audio(str(MEDIA / "music.wav")), name="music", audio_level=-18.0)
    film.write_video(out, **CODING)


def w2(out: str) -> None:
    """The slide show."""
    film = movis.layer.Composition(size=(1920, 1080), duration=60.0)
    for n in range(10):
        slide = movis.layer.Composition(size=(1920, 1080), duration=6.0)
        slide.add_layer(movis.layer.Image(str(MEDIA / f"lying{n}.jpg"), duration=6.0))
        words = movis.layer.Image(str(MEDIA / f"slide{n}.png"), duration=6.0)
        slide.add_layer(words, position=tuple(FACTS.slide[:2]), origin_point=CORNER)
        item = film.add_layer(slide, name=f"slide{n}", offset=6.0 * n)
        item.opacity.enable_motion().extend([0.0, 0.48, 5.52, 6.0], [0.0, 1.0, 1.0, 0.0], ["linear"] * 3)
    film.add_layer(movis.layer.Audio(str(MEDIA / "music.wav")), name="music", audio_level=-6.0)
    film.write_video(out, **CODING)


def w3(out: str) -> None:
    """Three clips cut and joined."""
    film, shown = movis.layer.Composition(size=(1920, 1080), duration=sum(frames for *_, frames in FACTS.cuts) / 25), 0.0
    for n, at, frames in FACTS.cuts:
        start, seconds = at / 25, frames / 25
        clip = movis.layer.Video(str(MEDIA / f"clip{n}.mp4"))
        film.add_layer(clip, name=f"clip{n}", offset=shown - start, start_time=start, end_time=start + seconds)
        shown += seconds
    film.write_video(out, **CODING)


if __name__ == "__main__":
    {"W1": w1, "W2": w2, "W3": w3}[sys.argv[1]](sys.argv[2])
