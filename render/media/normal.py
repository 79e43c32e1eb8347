"""Frames of originals as we keep them: upright, square pixels, even sides, 8-bit BT.709 limited 4:2:0, standard range, alpha if any."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.filter import Graph
from av.video.reformatter import ColorRange, ColorTrc

from render.media.tones import Transfer, write_table

_SMALL_LINES_MAX: Final = 576
"""Films that do not say their matrix: up to standard definition BT.601 is meant, above it BT.709."""
_ANY_RATE: Final = Fraction(1, 25)
_UNSAID: Final = (2, 0, 2)
"""Matrix, range and transfer of a frame that does not say them (ITU-T H.273)."""
_TURNS: Final = {1: ("cclock",), 2: ("cclock", "cclock"), 3: ("clock",)}
_MATRICES: Final = {1: "bt709", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
_TRANSFERS: Final[dict[int, Transfer]] = {int(ColorTrc.SMPTE2084): "pq", int(ColorTrc.ARIB_STD_B67): "hlg"}


class Normaliser:
    """Makes every frame of one film alike. `table` is where a tone table may be written."""

    def __init__(self, table: Path, aspect: Fraction | None, *, alpha: bool) -> None:
        self._table, self._aspect, self._alpha = table, aspect or Fraction(1), alpha
        self._kind: tuple[object, ...] = ()
        self._graph = Graph()
        self.size_px: tuple[int, int] | None = None
        """Width and height of what comes out, known from the first frame on. Later frames of another size are brought to it."""

    def normal(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame as yuv420p, or yuva420p with alpha."""
        if not self._alpha and self._is_normal(frame):
            self.size_px = self.size_px or (frame.width, frame.height)
            return frame
        shape = (frame.width, frame.height, frame.format.name, frame.rotation, frame.interlaced_frame)
        kind = (*shape, int(frame.colorspace), int(frame.color_range))
        if kind != self._kind:
            self._kind, self._graph = kind, self._planned(frame)
        frame.pts, frame.time_base = 0, _ANY_RATE
        frame.colorspace, frame.color_range, frame.color_trc = _UNSAID  # the graph was told; it plans for frames that say nothing
        self._graph.push(frame)
        made = self._graph.pull()
        assert isinstance(made, av.VideoFrame)  # noqa: S101 - the graph has one output, of pictures
        return made

    def _is_normal(self, frame: av.VideoFrame) -> bool:
        """Whether there is nothing to do."""
        size = (frame.width, frame.height)
        as_wanted = size == self.size_px if self.size_px else self._upright_size(frame, 0) == size
        ours = frame.format.name == "yuv420p" and _matrix(frame) == "bt709" and not _is_full(frame)
        upright = not round(frame.rotation / 90) % 4 and not frame.interlaced_frame
        return as_wanted and ours and upright and int(frame.color_trc) not in _TRANSFERS

    def _planned(self, frame: av.VideoFrame) -> Graph:
        turns = round(frame.rotation / 90) % 4
        self.size_px = self.size_px or self._upright_size(frame, turns)
        graph = Graph()
        graph.threads = 2
        first = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_ANY_RATE)
        steps = [*_one_moment(frame), *self._colours(frame), *(("transpose", turn) for turn in _TURNS.get(turns, ())), self._sized(frame)]
        last = first
        for name, arguments in (*steps, ("format", "yuva420p" if self._alpha else "yuv420p"), ("buffersink", "")):
            step = graph.add(name, arguments) if arguments else graph.add(name)
            last.link_to(step)
            last = step
        graph.configure()
        return graph

    def _upright_size(self, frame: av.VideoFrame, turns: int) -> tuple[int, int]:
        width, height = max(2, round(frame.width * self._aspect) & ~1), frame.height & ~1
        return (height, width) if turns % 2 else (width, height)

    def _sized(self, frame: av.VideoFrame) -> tuple[str, str]:
        """A crop of the odd last row and column where that is all there is to do, else a scale."""
        width, height = self.size_px or (2, 2)
        upright = (frame.height, frame.width) if round(frame.rotation / 90) % 2 else (frame.width, frame.height)
        if (upright[0] & ~1, upright[1] & ~1) == (width, height):
            return "crop", f"{width}:{height}:0:0:exact=0"
        return "scale", f"{width}:{height}:flags=bicubic"

    def _colours(self, frame: av.VideoFrame) -> list[tuple[str, str]]:
        matrix, full = _matrix(frame), _is_full(frame)
        transfer = _TRANSFERS.get(int(frame.color_trc))
        span = "pc" if full else "tv"
        if transfer is None:
            out = "yuva420p" if self._alpha else "yuv420p"
            return [
                ("scale", f"in_color_matrix={matrix}:in_range={span}:out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd"),
                ("format", out),
            ]
        write_table(self._table, transfer)
        return [
            ("scale", f"in_color_matrix={matrix}:in_range={span}:out_range=pc:flags=bicubic+accurate_rnd"),
            ("format", "gbrp10le"),
            ("lut3d", f"file={self._table}:interp=tetrahedral"),
            ("scale", "out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd"),
            ("format", "yuv420p"),
        ]


def _one_moment(frame: av.VideoFrame) -> list[tuple[str, str]]:
    """Of two interlaced fields the upper one, stretched: filters that mix both look at the frames around, which come one by one here."""
    if not frame.interlaced_frame:
        return []
    return [("field", "type=top"), ("scale", f"{frame.width}:{frame.height}:flags=bicubic")]


def _matrix(frame: av.VideoFrame) -> str:
    guess = "bt601" if frame.height <= _SMALL_LINES_MAX else "bt709"
    return _MATRICES.get(int(frame.colorspace), guess)


def _is_full(frame: av.VideoFrame) -> bool:
    return frame.color_range == ColorRange.JPEG or frame.format.name.startswith(("yuvj", "rgb", "bgr", "gbr", "argb", "abgr", "pal"))
