"""MoviePy 2: `python -m bench.peers.of_moviepy W1 FILM`."""

import sys

from moviepy import AudioFileClip, CompositeAudioClip, CompositeVideoClip, ImageClip, VideoFileClip, afx, concatenate_videoclips, vfx

from bench.peers.numbers import FACTS, MEDIA

CODING = {
    "fps": 25,
    "codec": "libx264",
    "preset": "veryfast",
    "audio_codec": "aac",
    "audio_bitrate": "128k",
    "audio_fps": 48000,
    "threads": 2,
    "pixel_format": "yuv420p",
    "ffmpeg_params": ["-crf", "23"],
    "logger": None,
}


def scene(number: int, start: float, seconds: float):
    """A growing photograph and the presenter over it."""
    fit = 1080 / 1242
    photo = ImageClip(str(MEDIA / f"upright{number}.jpg")).with_duration(seconds)
    grown = photo.resized(lambda at: fit * FACTS.zoom ** (at / seconds)).with_position("center")
    film = VideoFileClip(str(MEDIA / "presenter_prores.mov"), has_mask=True, audio=False).subclipped(start, start + seconds)
    return CompositeVideoClip([grown, film.with_position(tuple(FACTS.presenter[:2]))], size=(1080, 1920)).with_duration(seconds)


def w1(out: str) -> None:
    """The talking ad."""
    first, second = scene(0, 0, 10.48), scene(1, 9.52, 10.48).with_start(9.52).with_effects([vfx.CrossFadeIn(0.96)])
    logo = ImageClip(str(MEDIA / "logo.png")).with_duration(20).with_position(tuple(FACTS.logo[:2]))
    subtitles = [
        ImageClip(str(MEDIA / f"subtitle{n}.png")).with_start(2 * n).with_duration(2).with_position(tuple(FACTS.subtitle[:2]))
        for n in range(10)
    ]
    film = CompositeVideoClip([first, second, logo, *subtitles], size=(1080, 1920)).with_duration(20)
    music = AudioFileClip(str(MEDIA / "music.wav")).subclipped(0, 20).with_effects([afx.MultiplyVolume(0.12)])
    sound = CompositeAudioClip([AudioFileClip(str(MEDIA / "voice-w1.wav")), music]).with_duration(20)
    film.with_audio(sound).write_videofile(out, **CODING)


def w2(out: str) -> None:
    """The slide show."""
    slides = []
    for n in range(10):
        photo = ImageClip(str(MEDIA / f"lying{n}.jpg")).with_duration(6)
        words = ImageClip(str(MEDIA / f"slide{n}.png")).with_duration(6).with_position(tuple(FACTS.slide[:2]))
        slide = CompositeVideoClip([photo, words], size=(1920, 1080)).with_duration(6)
        slides.append(slide.with_effects([vfx.FadeIn(0.48), vfx.FadeOut(0.48)]))
    music = AudioFileClip(str(MEDIA / "music.wav")).subclipped(0, 60).with_effects([afx.MultiplyVolume(0.5)])
    concatenate_videoclips(slides, method="chain").with_audio(music).write_videofile(out, **CODING)


def w3(out: str) -> None:
    """Three clips cut and joined."""
    clips = [VideoFileClip(str(MEDIA / f"clip{n}.mp4")).subclipped(at / 25, (at + frames) / 25) for n, at, frames in FACTS.cuts]
    concatenate_videoclips(clips, method="chain").write_videofile(out, **CODING)


if __name__ == "__main__":
    {"W1": w1, "W2": w2, "W3": w3}[sys.argv[1]](sys.argv[2])
