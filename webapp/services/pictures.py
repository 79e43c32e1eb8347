"""What a picture says it is in its first bytes: kind and size, read without decoding anything."""

import struct
from dataclasses import dataclass
from typing import Final

from webapp.errors import Invalid

HEAD_BYTES: Final = 256 * 1024
"""How much of a file is enough to find the size of a JPEG behind its metadata."""

PIXELS_MAX: Final = 40_000_000

_JPEG_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})


@dataclass(frozen=True, slots=True)
class PictureKind:
    """A media type, and the size the file claims."""

    media_type: str
    width_px: int
    height_px: int


def recognise(head: bytes) -> PictureKind:
    """The kind of a picture by its first bytes. Raises Invalid for anything but a JPEG, PNG or WebP of a sensible size."""
    try:
        kind = _png(head) or _webp(head) or _jpeg(head)
    except (struct.error, IndexError):
        kind = None
    if kind is None or not kind.width_px or not kind.height_px:
        raise Invalid("file", "picture-format")
    if kind.width_px * kind.height_px > PIXELS_MAX:
        raise Invalid("file", "picture-pixels", pixels_max=PIXELS_MAX)
    return kind


def _png(head: bytes) -> PictureKind | None:
    """The IHDR chunk (PNG third edition, 11.2.1)."""
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or head[12:16] != b"IHDR":
        return None
    return PictureKind("image/png", *struct.unpack(">II", head[16:24]))


def _webp(head: bytes) -> PictureKind | None:
    """The first chunk of the container (RFC 9649, 2.5 to 2.7)."""
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    if head[12:16] == b"VP8X":
        return PictureKind("image/webp", int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1)
    if head[12:16] == b"VP8L" and head[20] == 0x2F:  # noqa: PLR2004 - the signature of a lossless stream
        bits = int.from_bytes(head[21:25], "little")
        return PictureKind("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if head[12:16] == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return PictureKind("image/webp", width & 0x3FFF, height & 0x3FFF)
    return None


def _jpeg(head: bytes) -> PictureKind | None:
    """The first start-of-frame segment (ITU-T T.81, B.2.2)."""
    if not head.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while head[at] == 0xFF:  # noqa: PLR2004 - every marker begins with it
        marker = head[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - filling
            at += 1
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return PictureKind("image/jpeg", width, height)
        at += 2 if marker in _JPEG_ALONE else 2 + struct.unpack(">H", head[at + 2 : at + 4])[0]
    return None
