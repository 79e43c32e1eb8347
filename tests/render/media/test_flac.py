from pathlib import Path

import av
import numpy as np

from render.media.flac import write_flac
from render.media.wav import sixteen_bit

PIECE = 96_000


def decoded(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)]
    return np.concatenate(parts)


def test_every_sample_comes_back_and_none_is_added(tmp_path: Path) -> None:
    samples = np.random.default_rng(3).uniform(-1.1, 1.1, (2, PIECE)).astype(np.float32)
    write_flac(tmp_path / "a.flac", samples)

    assert np.array_equal(decoded(tmp_path / "a.flac"), sixteen_bit(samples))


def test_the_last_piece_may_be_of_any_length(tmp_path: Path) -> None:
    for length in (1, 15, 4_801):
        write_flac(tmp_path / "a.flac", np.full((2, length), 0.25, np.float32))
        assert decoded(tmp_path / "a.flac").shape == (length, 2)


def test_a_tone_takes_less_than_half(tmp_path: Path) -> None:
    tone = np.sin(np.arange(PIECE) / 20).astype(np.float32) * 0.3
    write_flac(tmp_path / "a.flac", np.stack([tone, tone]))

    assert (tmp_path / "a.flac").stat().st_size < 2 * 2 * PIECE / 2
