import json
from pathlib import Path

import numpy as np
import pytest

from render.media.wav import read_wav
from render.presets.tracks import TRACKS
from tools import music


def test_every_track_is_written_and_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(music, "compose", lambda name: np.full((2, 100 + len(name)), 0.25, np.float32))
    music.main(tmp_path / "music")
    listing = json.loads((tmp_path / "music" / "tracks.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in listing] == [track.id for track in TRACKS]
    for entry, track in zip(listing, TRACKS, strict=True):
        assert (entry["mood"], entry["names"]) == (track.mood, track.names)
        assert read_wav(tmp_path / "music" / f"{track.id}.wav").shape == (2, entry["samples"])
