import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render.errors import MediaRefused, MissingSource
from render.media.images import read_colours, read_image, write_image
from render.pixels.fill import solid


def quarters(width: int = 64, height: int = 48) -> Image.Image:
    """Red, green, blue and white quarters."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 255, 0)
    pixels[height // 2 :, : width // 2] = (0, 0, 255)
    pixels[height // 2 :, width // 2 :] = 255
    return Image.fromarray(pixels)


def header_only_png(path: Path, width: int, height: int) -> Path:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize(("suffix", "options"), [(".png", {}), (".webp", {"lossless": True}), (".jpg", {"quality": 98, "subsampling": 0})])
def test_the_three_formats_read_as_upright_rgba(tmp_path: Path, suffix: str, options: dict[str, object]) -> None:
    path = tmp_path / f"picture{suffix}"
    quarters().save(path, **options)
    read = read_image(path)
    assert read.dtype == np.uint8
    assert read.shape == (48, 64, 4)
    expected = np.array([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 255]])
    got = np.stack([read[8, 8], read[8, 56], read[40, 8], read[40, 56]]).astype(int)
    assert np.abs(got - expected).max() <= 3


@pytest.mark.parametrize(("orientation", "corner"), [(3, (255, 255, 255)), (6, (0, 0, 255)), (8, (0, 255, 0)), (2, (0, 255, 0))])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, corner: tuple[int, int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    quarters().save(tmp_path / "turned.png", exif=exif)
    read = read_image(tmp_path / "turned.png")
    assert read.shape[:2] == ((64, 48) if orientation in {6, 8} else (48, 64))
    assert tuple(read[2, 2, :3].tolist()) == corner


def test_colours_have_alpha_only_where_the_file_has_some(tmp_path: Path) -> None:
    palette = quarters().quantize(4)
    shown = {"plain.png": quarters(), "palette.png": palette, "grey.png": quarters().convert("L"), "clear.png": quarters().convert("RGBA")}
    for name, picture in shown.items():
        picture.save(tmp_path / name)
    palette.save(tmp_path / "holed.png", transparency=0)
    for name in (*shown, "holed.png"):
        whole, colours = read_image(tmp_path / name), read_colours(tmp_path / name)
        assert np.array_equal(colours, whole if name in {"clear.png", "holed.png"} else whole[..., :3])


def test_straight_alpha_is_kept(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (200, 100, 50, 77)).save(tmp_path / "thin.png")
    assert read_image(tmp_path / "thin.png")[0, 0].tolist() == [200, 100, 50, 77]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_other_colour_modes_become_rgba(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("mode.jpg" if mode == "CMYK" else "mode.png")
    grey = Image.fromarray(np.full((8, 8), 153 * 257, np.uint16)) if mode == "I;16" else Image.new("L", (8, 8), 153)
    (grey if mode in {"I;16", "L"} else grey.convert("RGB").convert(mode) if mode in {"CMYK", "P"} else grey.convert(mode)).save(path)
    read = read_image(path)
    assert read.shape == (8, 8, 4)
    if mode != "1":
        assert np.abs(read[..., :3].astype(int) - 153).max() <= 4


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1), (8_001, 5_000)])
def test_too_many_pixels_are_refused_from_the_header(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(MediaRefused) as refused:
        read_image(header_only_png(tmp_path / "bomb.png", width, height))
    assert refused.value.reason == "pixels"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_cut_off_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cut{suffix}"
    noise = np.random.default_rng(1).integers(0, 255, (120, 120, 3), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaRefused) as refused:
        read_image(path)
    assert refused.value.reason in {"truncated", "format"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
        (b"GIF89a" + b"\0" * 40, "format"),
        (b"%PDF-1.7\n", "format"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "format"),
        (b"\xff\xd8\xff", "format"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(content)
    with pytest.raises(MediaRefused) as refused:
        read_image(path)
    assert refused.value.reason == reason


def test_what_hangs_behind_a_picture_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "polyglot.jpg"
    quarters().save(path)
    path.write_bytes(path.read_bytes() + b"<script>alert(1)</script>")
    write_image(tmp_path / "again.png", solid(64, 48, "#336699"))
    assert read_image(path).shape == (48, 64, 4)
    assert b"script" not in (tmp_path / "again.png").read_bytes()


def test_a_missing_file_is_a_missing_source(tmp_path: Path) -> None:
    with pytest.raises(MissingSource):
        read_image(tmp_path / "nothing.png")


@pytest.mark.parametrize("name", ["cover.jpg", "cover.png"])
def test_planes_are_written_and_read_again(tmp_path: Path, name: str) -> None:
    write_image(tmp_path / name, solid(64, 48, "#c04020"))
    colour = read_image(tmp_path / name)[24, 32].astype(int)
    assert np.abs(colour - (0xC0, 0x40, 0x20, 255)).max() <= 5
    assert [path.name for path in tmp_path.iterdir()] == [name]
