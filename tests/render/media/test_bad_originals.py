"""Files that were made to hurt, or were hurt: each is refused with a reason, or taken right; none crashes, none leads to another file."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from render.errors import MediaRefused
from render.media import ingest


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *, rows=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def wav(*, length, rate=48_000, channels=2):
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    return b"RIFF" + struct.pack("<I", 36 + length) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", length)


def jpeg(**options):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "olive").save(data, "JPEG", **options)
    return data.getvalue()


def playlist(secret):
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{secret}\n#EXT-X-ENDLIST\n".encode()


@pytest.fixture
def secret(tmp_path, ffmpeg):
    """Another's film, which no upload may lead to."""
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-pix_fmt", "yuv420p", tmp_path / "secret.mp4")
    return tmp_path / "secret.mp4"


@pytest.fixture
def take(tmp_path):
    """Take bytes in: the facts, or the reason for which they were refused."""
    folder = tmp_path / "made"
    folder.mkdir()

    def run(content, name="upload"):
        path = tmp_path / name
        path.write_bytes(content)
        try:
            facts = ingest.look(path, folder)
            return facts if facts.kind == "image" else ingest.make(path, folder, lambda _: None)
        except MediaRefused as refusal:
            return refusal.reason

    return run


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x00", "format"),
        (b"GIF89a" + bytes(60), "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
        (b"<!doctype html><script>1</script>", "format"),
        (b"%PDF-1.7\n", "format"),
        (b"PK\x03\x04" + bytes(60), "format"),
        (b"ffconcat version 1.0\nfile secret.mp4\n", "format"),
        (b"<?xml version='1.0'?><MPD/>", "format"),
        (b"RIFF\x00\x00\x00\x00AVI " + bytes(60), "format"),
        (png(20_000, 20_000), "pixels"),
        (png(50_000, 50_000), "pixels"),
        (png(2**31 - 1, 2**31 - 1), "pixels"),
        (png(2**31, 2), {"format", "pixels", "truncated"}),
        (png(0, 10), {"format", "truncated"}),
        (png(100, 100), {"format", "truncated"}),
        (png(100, 100, rows=zlib.compress(b"\x00" * 50)), "truncated"),
        (jpeg()[:200], {"truncated", "format"}),
        (wav(length=0), {"silent", "truncated"}),
        (wav(length=2**32 - 100)[:44], {"silent", "truncated", "length"}),
        (wav(length=10_000, rate=0) + bytes(10_000), {"truncated", "silent", "format"}),
        (b"RIFF\x10\x00\x00\x00WAVE" + bytes(4), {"truncated", "format"}),
        (b"\x00\x00\x00\x18ftypisom" + bytes(400), {"truncated", "format"}),
        (b"\x00\x00\x00\x18ftypheic" + bytes(400), {"truncated", "format"}),
        (b"\x00\x00\x00\x18ftypavif" + bytes(400), {"truncated", "format"}),
        (b"\x1a\x45\xdf\xa3" + b"\xff" * 300, {"truncated", "format"}),
        (b"OggS" + bytes(300), {"truncated", "format", "silent"}),
        (b"fLaC" + bytes(300), {"truncated", "format", "silent"}),
        (b"ID3\x04" + bytes(300), {"truncated", "format", "silent"}),
        (b"\xff\xfb\x90\x00" + bytes(300), {"truncated", "format", "silent"}),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(take, content, reason):
    assert take(content) in ({reason} if isinstance(reason, str) else reason)


@pytest.mark.parametrize("name", ["list.mp4", "list", "list.m3u8", "list.jpg"])
def test_a_playlist_leads_nowhere_whatever_its_name(take, secret, name):
    assert take(playlist(secret), name) == "format"


def test_a_playlist_behind_the_first_bytes_of_a_film_leads_nowhere(take, secret):
    assert take(b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom" + playlist(secret)) in {"truncated", "format"}


def test_a_film_that_refers_to_another_file_does_not_show_it(take, secret, tmp_path):
    """QuickTime's data reference by alias: the track's samples are said to lie in another file."""
    whole = bytearray(secret.read_bytes())
    at = whole.index(b"url ")
    whole[at : at + 4], whole[at + 7] = b"alis", 0
    bare = bytes(whole)
    told = take(bare.replace(b"mdat", b"free"), "reference.mov")

    assert isinstance(told, str) or told.kind == "video"
    assert not isinstance(told, str) or told in {"truncated", "format"}


def test_a_polyglot_is_made_anew_without_what_it_carried(take, tmp_path):
    facts = take(jpeg(comment=b"<script>alert(1)</script>") + b"<html><script>alert(2)</script>")

    assert facts.kind == "image"
    assert b"script" not in (tmp_path / "made" / "picture.webp").read_bytes()


def test_a_film_of_ten_hours_is_told_by_its_length_not_by_playing_it(take, tmp_path, ffmpeg):
    ffmpeg("-f", "lavfi", "-i", "color=s=16x16:r=0.01:d=36000", "-c:v", "libx264", "-pix_fmt", "yuv420p", tmp_path / "long.mkv")

    assert take((tmp_path / "long.mkv").read_bytes()) == "length"


def test_a_film_of_too_many_pixels_is_told_before_it_is_decoded(take, tmp_path, ffmpeg):
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=s=8192x4320:r=1:d=1",
        "-frames:v",
        "1",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        tmp_path / "big.mp4",
    )

    assert take((tmp_path / "big.mp4").read_bytes()) in {"pixels", "truncated"}


def test_a_film_of_a_few_pixels_is_too_small(take, tmp_path, ffmpeg):
    ffmpeg("-f", "lavfi", "-i", "color=s=8x8:r=5:d=1", "-pix_fmt", "yuv420p", tmp_path / "tiny.mp4")

    assert take((tmp_path / "tiny.mp4").read_bytes()) == "small"


@pytest.mark.parametrize(
    "options",
    [
        ("-r", "1000", "-t", "0.5"),
        (
            "-t",
            "0.04",
        ),
        ("-output_ts_offset", "-3", "-t", "1"),
        ("-output_ts_offset", "5000", "-t", "1"),
    ],
)
def test_odd_rates_and_moments_are_taken_right(take, tmp_path, ffmpeg, options):
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", *options, "-pix_fmt", "yuv420p", tmp_path / "odd.mkv")
    facts = take((tmp_path / "odd.mkv").read_bytes())

    assert facts.kind == "video"
    assert 0 < facts.duration_ticks <= 1.1 * 240_000


def hurt(whole, rng):
    """The bytes with some of them changed, left out, doubled or cut off."""
    data = bytearray(whole)
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(data))
        kind = rng.randrange(4)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + rng.randint(1, 400)]
        elif kind == 2:
            data[at:at] = data[at : at + rng.randint(1, 400)]
        else:
            data[at : at + 4] = struct.pack(">I", rng.choice([0, 1, 2**31 - 1, 2**31, 2**32 - 1]))
        if len(data) < 100:
            break
    return bytes(data)


@pytest.fixture
def seeds(tmp_path, ffmpeg):
    """A small file of each kind."""
    sources = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=0.4", "-f", "lavfi", "-i", "sine=d=0.4", "-pix_fmt", "yuv420p")
    for name, options in {"a.mp4": (), "a.mov": ("-c:v", "libx265"), "a.webm": ("-c:v", "libvpx-vp9"), "a.mkv": ("-c:a", "flac")}.items():
        ffmpeg(*sources, *options, tmp_path / name)
    for name in ("b.mp3", "b.wav", "b.ogg", "b.flac", "b.m4a"):
        ffmpeg("-f", "lavfi", "-i", "sine=d=0.4", tmp_path / name)
    for name in ("c.jpg", "c.png", "c.webp", "c.avif"):
        Image.effect_noise((48, 36), 60).convert("RGB").save(tmp_path / name)
    return [path.read_bytes() for path in sorted(tmp_path.glob("[abc].*"))]


@pytest.mark.parametrize("seed", range(2))
def test_hurt_files_are_refused_or_taken(take, seeds, seed):
    rng = random.Random(seed)
    for whole in seeds:
        told = take(hurt(whole, rng))
        assert isinstance(told, str) or told.kind in {"image", "video", "audio"}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 160))
def test_very_many_hurt_files_are_refused_or_taken(take, seeds, seed):
    rng = random.Random(seed)
    for whole in seeds:
        told = take(hurt(whole, rng))
        assert isinstance(told, str) or told.kind in {"image", "video", "audio"}
