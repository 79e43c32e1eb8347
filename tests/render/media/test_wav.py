import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from render.errors import MediaRefused
from render.media.wav import read_wav, write_wav


@pytest.mark.parametrize("channels", [1, 2])
def test_samples_survive_the_file_to_a_16_bit_step(tmp_path: Path, channels: int) -> None:
    samples = np.random.default_rng(2).uniform(-1, 1, (channels, 4_801)).astype(np.float32)
    write_wav(tmp_path / "a.wav", samples)
    read = read_wav(tmp_path / "a.wav")
    assert read.dtype == np.float32
    assert read.shape == samples.shape
    assert np.abs(read - samples).max() <= 1 / 32_768


def test_what_is_too_loud_is_clipped_not_wrapped(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", np.array([1.5, -1.5, 0.0], np.float32))
    assert np.allclose(read_wav(tmp_path / "a.wav"), [[1, -1, 0]], atol=1e-4)


def test_other_rates_are_resampled(tmp_path: Path) -> None:
    time = np.arange(44_100) / 44_100
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 44_100, 0, "NONE", ""))
        file.writeframes((np.sin(2 * np.pi * 1_000 * time) * 16_000).astype("<i2").tobytes())
    read = read_wav(tmp_path / "a.wav")
    assert read.shape == (1, 48_000)
    expected = np.sin(2 * np.pi * 1_000 * np.arange(48_000) / 48_000) * 16_000 / 32_768
    assert np.abs(read[0, 500:-500] - expected[500:-500]).max() < 0.01


def riff(channels: int, rate: int, bits: int, claimed: int, data: bytes) -> bytes:
    layout = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * bits // 8 & 0xFFFFFFFF, channels * bits // 8, bits)
    return (
        b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data" + struct.pack("<I", claimed) + data
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"ID3" + b"\0" * 60, "format"),
        (b"RIFF\x10\0\0\0WAVE", "format"),
        (riff(4_096, 4_294_967_295, 64, 0xFFFFFFFF, b"\0" * 64), "format"),
        (riff(0, 48_000, 16, 64, b"\0" * 64), "format"),
        (riff(2, 48_000, 24, 60, b"\0" * 60), "format"),
        (riff(2, 48_000, 16, 6_400, b"\0" * 64), "truncated"),
        (riff(1, 8_000, 16, 0xFFFFFFF0, b"\0" * 64), "length"),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "bad.wav").write_bytes(content)
    with pytest.raises(MediaRefused) as refused:
        read_wav(tmp_path / "bad.wav")
    assert refused.value.reason == reason
