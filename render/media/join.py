"""Joining: finished segments and their sound become one file, packet by packet, nothing decoded."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from render.errors import MediaRefused, MissingSource
from render.media.encode import REORDER_FRAMES, SAMPLE_RATE, TIMESCALES
from render.media.parameters import ParameterSets, Unfit, parameter_sets, together
from render.media.written import written_whole
from render.timeline.time import TICKS_PER_SECOND

Timed = tuple[int, "Packet[Any]"]
"""A packet and its decoding time in ticks."""
_LAYOUT: Final = {"movflags": "+faststart+use_metadata_tags", **TIMESCALES}

UNDECODED: Final = {"protocol_whitelist": "file", "skip_frame": "all"}
"""For files whose packets or fields alone are read: opening one does not decode a picture, which takes longer than all the rest."""


def join(segments: Sequence[Path], audio: Path | None, out: Path, metadata: Mapping[str, str]) -> None:
    """Join what `encode_segment` and `encode_audio` wrote into one MP4 that starts quickly; `metadata` are free fields of the file.

    Decoding times are counted anew, one frame apart from the first to the last, so segments of any length meet without a seam.
    Raises MediaRefused(`settings`) where segments were not made with the same settings, `empty` without any frame.
    """
    with written_whole(out) as unfinished, av.open(str(unfinished), "w", format="mp4", options=_LAYOUT) as container:
        container.metadata.update(metadata)
        _copy(container, segments, audio)


def _copy(container: OutputContainer, segments: Sequence[Path], audio: Path | None) -> None:
    if not segments:
        raise MediaRefused("empty")
    configuration = together([sets for path in segments for sets in _sets(path)]).to_bytes()
    with _open(segments[0]) as first:
        template = first.streams.video[0]
        video = container.add_stream_from_template(template)
        video.time_base = template.time_base
        video.codec_context.extradata = configuration
        if audio is None:
            _mux(container, _video_packets(segments, video))
            return
        with _open(audio) as sound_file:
            sound = sound_file.streams.audio[0]
            track = container.add_stream_from_template(sound)
            _mux(container, _interleaved(_video_packets(segments, video), _audio_packets(sound_file, track)))


def _mux(container: OutputContainer, packets: Iterator[Timed]) -> None:
    for _, packet in packets:
        container.mux(packet)


def _open(path: Path) -> InputContainer:
    try:
        return av.open(str(path), format="mp4", options=UNDECODED)
    except av.error.FileNotFoundError as error:
        raise MissingSource(what="segment", name=path.name) from error
    except av.error.FFmpegError as error:
        raise MediaRefused("format", name=path.name) from error


def _sets(path: Path) -> Iterator[ParameterSets]:
    with _open(path) as container:
        try:
            yield parameter_sets(bytes(container.streams.video[0].codec_context.extradata or b""))
        except (Unfit, IndexError) as error:
            raise MediaRefused("settings", name=path.name) from error


def _video_packets(segments: Sequence[Path], track: VideoStream) -> Iterator[Timed]:
    """All segments' packets in decoding order. A frame's decoding time is its place in that order, less the reordering delay."""
    order = shown = 0
    for path in segments:
        with _open(path) as container:
            source = container.streams.video[0]
            frame_ticks = round(TICKS_PER_SECOND / (source.average_rate or 1))
            packets = [packet for packet in container.demux(source) if packet.size]
            for packet in packets:
                packet.pts = (packet.pts or 0) + shown * frame_ticks
                packet.dts = (order - REORDER_FRAMES) * frame_ticks
                packet.duration = frame_ticks
                packet.stream = track
                order += 1
                yield packet.dts, packet
            shown += len(packets)


def _audio_packets(container: InputContainer, track: AudioStream) -> Iterator[Timed]:
    for packet in container.demux(container.streams.audio[0]):
        if packet.size:
            packet.stream = track
            yield (packet.dts or 0) * TICKS_PER_SECOND // SAMPLE_RATE, packet


def _interleaved(*tracks: Iterator[Timed]) -> Iterator[Timed]:
    """Packets of all tracks by decoding time, as a player wants to read them."""
    return merge(*tracks, key=itemgetter(0))
