"""Small real pictures for uploads."""

import struct
import zlib


def png(width: int = 2, height: int = 2) -> bytes:
    """A grey PNG whose header claims this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" + b"\x80" * min(width, 64))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def jpeg(width: int = 320, height: int = 200, metadata: int = 0) -> bytes:
    """The segments of a JPEG up to its frame header, behind `metadata` bytes of metadata."""
    extra = b"\xff\xe1" + struct.pack(">H", metadata + 2) + b"x" * metadata if metadata else b""
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + extra + b"\xff\xff\xc2" + frame + b"\xff\xd9"


def webp(kind: bytes, width: int = 48, height: int = 32) -> bytes:
    """The head of a WebP of one of its three kinds."""
    body = {
        b"VP8X": b"\x00" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"),
        b"VP8L": b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little"),
        b"VP8 ": b"\x00" * 3 + b"\x9d\x01\x2a" + struct.pack("<HH", width, height),
    }[kind]
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
