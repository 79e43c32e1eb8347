"""A HEIC picture without an encoder of such: a key frame of HEVC, out of a film, in the boxes of a still (ISO/IEC 23008-12)."""

import struct

import av


def heic(film: str, width: int, height: int, *, quarter_turns: int = 0) -> bytes:
    """The first frame of an HEVC film (one slice, no B-frames) as a HEIC picture, turned counter-clockwise."""
    with av.open(film) as container:
        stream = container.streams.video[0]
        setup = bytes(stream.codec_context.extradata)
        frame = bytes(next(packet for packet in container.demux(stream) if packet.size))
    properties = _box(b"hvcC", setup) + _full(b"ispe", struct.pack(">II", width, height)) + _box(b"irot", bytes([quarter_turns]))
    links = _full(b"ipma", struct.pack(">IHB", 1, 1, 3) + bytes([0x81, 0x02, 0x83]))
    start = b"ftyp", b"heic" + bytes(4) + b"mif1heic"
    meta = _meta(len(frame), 0, properties, links)
    offset = len(_box(*start)) + len(meta) + 8
    return _box(*start) + _meta(len(frame), offset, properties, links) + _box(b"mdat", frame)


def _meta(length: int, offset: int, properties: bytes, links: bytes) -> bytes:
    handler = _full(b"hdlr", bytes(4) + b"pict" + bytes(13))
    primary = _full(b"pitm", struct.pack(">H", 1))
    place = _full(b"iloc", bytes([0x44, 0]) + struct.pack(">HHHHII", 1, 1, 0, 1, offset, length))
    entry = _full(b"infe", struct.pack(">HH", 1, 0) + b"hvc1\x00", version=2)
    entries = _full(b"iinf", struct.pack(">H", 1) + entry)
    about = _box(b"iprp", _box(b"ipco", properties) + links)
    return _full(b"meta", handler + primary + place + entries + about)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def _full(kind: bytes, body: bytes, version: int = 0) -> bytes:
    return _box(kind, bytes([version, 0, 0, 0]) + body)
