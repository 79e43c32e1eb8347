"""Synthesise our music: `python -m tools.music FOLDER` writes one WAV per track and `tracks.json`, their names and lengths."""

import json
import sys
import time
from pathlib import Path

from render.audio.music import compose
from render.media.wav import SAMPLE_RATE, write_wav
from render.presets.tracks import TRACKS, Track


def main(folder: Path) -> None:
    """Write every track into `folder`: each file appears whole."""
    began = time.monotonic()
    lengths = {track.id: _write(track, folder) for track in TRACKS}
    listing = [
        {"id": track.id, "mood": track.mood, "names": track.names, "samples": lengths[track.id], "sample_rate": SAMPLE_RATE}
        for track in TRACKS
    ]
    (folder / "tracks.json").write_text(json.dumps(listing, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{len(TRACKS)} music tracks in {folder} ({time.monotonic() - began:.1f} s)")


def _write(track: Track, folder: Path) -> int:
    """The track's length in samples."""
    samples = compose(track.id)
    write_wav(folder / f"{track.id}.wav", samples)
    return int(samples.shape[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
