"""The files that are taken in, told by their first bytes: names and claims of others are not believed.

A file is what one of these readers reads. Playlists, concatenations, SVG and documents, which lead to other files, are none of them.
"""

from dataclasses import dataclass
from typing import Final, Literal

Family = Literal["image", "video", "audio"]

HEAD_BYTES: Final = 64
"""How much of a file tells its format."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what it usually holds, the one reader that opens it (Pillow's or the demuxer's name), and its media type."""

    name: str
    family: Family
    reader: str
    media_type: str


JPEG: Final = Format("jpeg", "image", "JPEG", "image/jpeg")
PNG: Final = Format("png", "image", "PNG", "image/png")
WEBP: Final = Format("webp", "image", "WEBP", "image/webp")
AVIF: Final = Format("avif", "image", "AVIF", "image/avif")
HEIF: Final = Format("heif", "image", "HEIF", "image/heic")
MP4: Final = Format("mp4", "video", "mov", "video/mp4")
MATROSKA: Final = Format("matroska", "video", "matroska", "video/webm")
WAV: Final = Format("wav", "audio", "wav", "audio/wav")
MP3: Final = Format("mp3", "audio", "mp3", "audio/mpeg")
OGG: Final = Format("ogg", "audio", "ogg", "audio/ogg")
FLAC: Final = Format("flac", "audio", "flac", "audio/flac")
ADTS: Final = Format("aac", "audio", "aac", "audio/aac")
FORMATS: Final = (JPEG, PNG, WEBP, AVIF, HEIF, MP4, MATROSKA, WAV, MP3, OGG, FLAC, ADTS)

_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_OLD_QUICKTIME: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_MPEG_SYNC: Final = 0xFFE0
_LAYER: Final = 0x0006


def recognise(head: bytes) -> Format | None:
    """The format of a file that begins with these (at least 16) bytes, or None for what is not taken."""
    riff = head[8:12] if head[:4] == b"RIFF" else b""
    signs = (
        (JPEG, head.startswith(b"\xff\xd8\xff")),
        (PNG, head.startswith(b"\x89PNG\r\n\x1a\n")),
        (WEBP, riff == b"WEBP"),
        (WAV, riff == b"WAVE"),
        (MATROSKA, head.startswith(b"\x1a\x45\xdf\xa3")),
        (OGG, head.startswith(b"OggS")),
        (FLAC, head.startswith(b"fLaC")),
        (MP3, head.startswith(b"ID3")),
    )
    named = next((form for form, fits in signs if fits), None)
    return named or _boxes(head) or _mpeg_audio(head)


def _boxes(head: bytes) -> Format | None:
    """ISO media by the brands in its first box (ISO/IEC 14496-12, 4.3; AVIF 1.1, 6; ISO/IEC 23008-12, 10)."""
    if head[4:8] != b"ftyp":
        return MP4 if head[4:8] in _OLD_QUICKTIME else None
    size = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}
    if brands & _AVIF_BRANDS:
        return AVIF
    return HEIF if head[8:12] in _HEIF_BRANDS else MP4


def _mpeg_audio(head: bytes) -> Format | None:
    """A frame header of MPEG audio: layer 3 is MP3, layer 0 is AAC in ADTS (ISO/IEC 11172-3, 2.4.2.3; 13818-7, 6.2)."""
    word = int.from_bytes(head[:2])
    if word & _MPEG_SYNC != _MPEG_SYNC:
        return None
    layer = word & _LAYER
    if layer == 0 and word & 0xFFF0 == 0xFFF0:  # noqa: PLR2004 - ADTS has twelve sync bits
        return ADTS
    return MP3 if layer == 0x0002 else None  # noqa: PLR2004 - 01 is layer 3
