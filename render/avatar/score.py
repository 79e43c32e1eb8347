"""A performance as numbers: which control stands where at any moment, as a pure function of time.

Lips follow the mouth shapes with co-articulation: each shape's box in time is blurred, so neighbours share their border. Lips meet fully on
p, b, m and the lower lip meets the teeth on f, v whatever their neighbours do. The head sways, nods with the voice and blinks by a seed. At
both ends of the passage everything is at rest, so that passages join without a jump.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from render.avatar.acting import BODY, MOODS, Cue, Mood, act, cues
from render.avatar.fields import POSES
from render.ports.avatar import PLAIN, Direction
from render.timeline.spoken import SpokenTimes, VisemeTime
from render.timeline.time import seconds_from_ticks

Curve = NDArray[np.float32]

LIPS: Final = ("jaw", "wide", "pucker", "up", "low", "tuck", "press", "tongue")
CONTROLS: Final = (*LIPS, "smile", "brow", "blink", *POSES, *BODY)
PLACE: Final = {name: place for place, name in enumerate(CONTROLS)}
"""Where each control stands in a row."""

SHAPES: Final[dict[str, dict[str, float]]] = {
    "sil": {},
    "PP": {"press": 0.8, "pucker": 0.06},
    "FF": {"tuck": 0.8, "up": 0.22, "wide": 0.12, "jaw": 0.05},
    "TH": {"jaw": 0.24, "low": 0.18, "up": 0.12, "tongue": 0.6},
    "DD": {"jaw": 0.24, "low": 0.2, "up": 0.12, "tongue": 0.35},
    "kk": {"jaw": 0.3, "low": 0.16, "up": 0.1},
    "CH": {"jaw": 0.18, "pucker": 0.6, "low": 0.32, "up": 0.34},
    "SS": {"jaw": 0.09, "wide": 0.4, "low": 0.4, "up": 0.28},
    "nn": {"jaw": 0.22, "low": 0.16, "up": 0.12, "tongue": 0.45},
    "RR": {"jaw": 0.22, "pucker": 0.5, "low": 0.12, "up": 0.1},
    "aa": {"jaw": 0.9, "up": 0.2, "low": 0.12, "wide": 0.05},
    "E": {"jaw": 0.5, "wide": 0.5, "up": 0.25, "low": 0.25},
    "ih": {"jaw": 0.3, "wide": 0.75, "up": 0.2, "low": 0.24},
    "oh": {"jaw": 0.62, "pucker": 0.6, "up": 0.1},
    "ou": {"jaw": 0.26, "pucker": 1.0, "up": 0.06},
}
"""Lip controls of each mouth shape at rest on it."""

LEAD_SECONDS: Final = 0.020
"""Lips are shown this much ahead: a picture stands for the 40 ms after it, and a mouth moves before its sound."""
_RATE: Final = 200
_BLUR_SECONDS: Final = {"press": 0.024, "tuck": 0.024, "tongue": 0.024}
_BLUR_SECONDS_ELSE: Final = 0.032
_MEETING_SECONDS_MIN: Final = 0.064
_MEETING_RAMP_SECONDS: Final = 0.045
_END_RAMP_SECONDS: Final = 0.06
_SWAY_RAMP_SECONDS: Final = 0.5
_BLINK_EVERY_SECONDS: Final = 3.25
_BLINK_JITTER: Final = 0.19
"""Of the interval, to either side: blinks are 2.0 to 4.5 seconds apart."""
_BLINK_CLEAR_SECONDS: Final = 0.35
_BREATH_SECONDS: Final = 4.0
_BREATH: Final = 0.022
_IDLE_PAUSE_SECONDS: Final = 0.6
"""Nothing moves this long around a passage, so that short pauses join two passages exactly."""
_SWAYS: Final = {
    "yaw": (0.045, ((0.17, 1.0), (0.31, 0.6), (0.53, 0.25))),
    "pitch": (0.024, ((0.23, 1.0), (0.41, 0.5))),
    "roll": (0.012, ((0.13, 1.0), (0.29, 0.5))),
    "right": (0.025, ((0.15, 1.0), (0.37, 0.4))),
    "down": (0.010, ((0.21, 1.0),)),
    "brow": (0.20, ((0.4, 1.0), (0.9, 0.5))),
}
"""Amplitude, then (frequency in Hz, share) of each sine."""
_NOD: Final = {"pitch": 0.035, "down": 0.02, "brow": 0.25}


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """One passage, composed. `controls_at` answers for any moment, in any order, always the same."""

    seconds: float
    seed: int
    lips: Curve
    """(samples, len(LIPS)) at 200 Hz."""
    stress: Curve
    """(samples,): the voice's slow loudness, 0 to 1."""
    phases: dict[str, tuple[float, ...]]
    mood: Mood
    cues: tuple[Cue, ...] = ()

    def controls_at(self, at_ticks: int) -> Curve:
        """(len(CONTROLS),) at `at_ticks` from the start of the passage; at rest but for breath and blinks outside it.

        Rest is what the mood says, the same for all passages of a scene.
        """
        seconds = seconds_from_ticks(at_ticks)
        row = np.zeros(len(CONTROLS), np.float32)
        row[PLACE["blink"]] = self._blink(seconds)
        row[PLACE["breath"]] = self._breath(seconds)
        if 0 < seconds < self.seconds:
            self._speak(row, seconds)
            self._sway(row, seconds)
            act(row, PLACE, self.cues, seconds)
            row[PLACE["blink"]] = min(1.0, row[PLACE["blink"]])
        for name, value in self.mood.rest.items():
            row[PLACE[name]] += value
        return row

    def _speak(self, row: Curve, seconds: float) -> None:
        shown = min(seconds + LEAD_SECONDS, self.seconds)
        row[: len(LIPS)] = _sampled(self.lips, shown) * _inside(seconds, self.seconds, _END_RAMP_SECONDS)

    def _sway(self, row: Curve, seconds: float) -> None:
        inside = self.mood.lively * _inside(seconds, self.seconds, min(_SWAY_RAMP_SECONDS, self.seconds / 2))
        stress = float(_sampled(self.stress, seconds))
        for name, (amplitude, sines) in _SWAYS.items():
            phases = self.phases[name]
            wave = sum(share * math.sin(math.tau * (hertz * seconds + p)) for (hertz, share), p in zip(sines, phases, strict=True))
            row[PLACE[name]] = inside * (amplitude * wave + _NOD.get(name, 0.0) * stress)
        row[PLACE["brow"]] = max(0.0, row[PLACE["brow"]])

    def _blink(self, seconds: float) -> float:
        """How far the lids are closed: the blink of this interval or of a neighbouring one."""
        slot = math.floor(seconds / _BLINK_EVERY_SECONDS)
        return max(_lid(seconds - self._blink_time(near)) for near in (slot - 1, slot, slot + 1))

    def _blink_time(self, slot: int) -> float:
        jitter = np.random.default_rng([self.seed, slot + 2**31]).uniform(-_BLINK_JITTER, _BLINK_JITTER)
        time = (slot + 0.5 + float(jitter)) * _BLINK_EVERY_SECONDS
        for edge in (0.0, self.seconds):
            if abs(time - edge) < _BLINK_CLEAR_SECONDS:
                return edge + math.copysign(_BLINK_CLEAR_SECONDS, time - edge)
        return time

    def _breath(self, seconds: float) -> float:
        if 0 <= seconds <= self.seconds:
            cycles = round(self.seconds / _BREATH_SECONDS)
            return _BREATH * (1 - math.cos(math.tau * cycles * seconds / self.seconds)) / 2 if cycles else 0.0
        idle = (-seconds if seconds < 0 else seconds - self.seconds) - _IDLE_PAUSE_SECONDS
        return _BREATH * (1 - math.cos(math.tau * max(0.0, idle) / _BREATH_SECONDS)) / 2


def compose(times: SpokenTimes | None, seed: int, loudness: tuple[float, ...], direction: Direction = PLAIN) -> Score:
    """The score of one passage; None is idle. `loudness` is the voice's RMS per 10 ms (empty: an even voice)."""
    seconds = seconds_from_ticks(times.duration) if times else 0.0
    seed = seed & 0xFFFFFFFF
    samples = math.ceil(seconds * _RATE) + 2
    voice = _voice(loudness, samples)
    chance = np.random.default_rng(seed)
    return Score(
        seconds=seconds,
        seed=seed,
        lips=_lips(times.visemes if times else (), voice, samples),
        stress=_blurred(voice, 0.12),
        phases={name: tuple(chance.random(len(sines)).tolist()) for name, (_, sines) in _SWAYS.items()},
        mood=MOODS[direction.emotion],
        cues=cues(direction.actions, seconds),
    )


def _lips(visemes: tuple[VisemeTime, ...], voice: Curve, samples: int) -> Curve:
    curves = np.zeros((samples, len(LIPS)), np.float32)
    for shape in visemes:
        _add_shape(curves, shape)
    for name in ("jaw", "up", "low"):
        curves[:, PLACE[name]] *= 0.35 + 0.8 * voice
    _meet_lips(curves, visemes)
    return curves


def _add_shape(curves: Curve, shape: VisemeTime) -> None:
    """Add a shape's box in time, blurred by a Gaussian: the difference of two error functions."""
    start, end = seconds_from_ticks(shape.at), seconds_from_ticks(shape.at + shape.duration)
    first = max(0, math.floor((start - 0.13) * _RATE))
    last = min(len(curves), math.ceil((end + 0.13) * _RATE) + 1)
    at = torch.arange(first, last, dtype=torch.float64) / _RATE
    for name, value in SHAPES[shape.viseme].items():
        width = _BLUR_SECONDS.get(name, _BLUR_SECONDS_ELSE) * math.sqrt(2)
        share = (torch.erf((at - start) / width) - torch.erf((at - end) / width)) / 2
        curves[first:last, PLACE[name]] += value * share.numpy().astype(np.float32)


def _meet_lips(curves: Curve, visemes: tuple[VisemeTime, ...]) -> None:
    """Whatever the blur left open: on p, b, m the lips meet, on f, v the lower lip touches the upper teeth."""
    meeting, biting = (_plateaus(visemes, name, len(curves)) for name in ("PP", "FF"))
    for name, part in (("jaw", 1.0), ("low", 1.0), ("up", 1.0), ("tuck", 1.0), ("pucker", 0.5), ("wide", 0.5)):
        curves[:, PLACE[name]] *= 1 - part * meeting
    for name, part in (("jaw", 0.85), ("low", 1.0), ("pucker", 0.7)):
        curves[:, PLACE[name]] *= 1 - part * biting
    curves[:, PLACE["press"]] = np.maximum(curves[:, PLACE["press"]] * (1 - biting), 0.8 * meeting)
    curves[:, PLACE["tuck"]] = np.maximum(curves[:, PLACE["tuck"]], 0.8 * biting * (1 - meeting))
    curves[:, PLACE["up"]] = np.maximum(curves[:, PLACE["up"]], 0.25 * biting * (1 - meeting))


def _plateaus(visemes: tuple[VisemeTime, ...], name: str, samples: int) -> Curve:
    """1 while a shape of this name lasts (64 ms at least), with ramps of 45 ms to either side."""
    level = np.zeros(samples, np.float32)
    for shape in visemes:
        if shape.viseme != name:
            continue
        start, end = seconds_from_ticks(shape.at), seconds_from_ticks(shape.at + shape.duration)
        half = max(end - start, _MEETING_SECONDS_MIN) / 2
        middle, reach = (start + end) / 2, half + _MEETING_RAMP_SECONDS
        first, last = max(0, math.floor((middle - reach) * _RATE)), min(samples, math.ceil((middle + reach) * _RATE) + 1)
        away = np.abs(np.arange(first, last) / _RATE - middle)
        rise = np.clip((reach - away) / _MEETING_RAMP_SECONDS, 0, 1)
        level[first:last] = np.maximum(level[first:last], rise * rise * (3 - 2 * rise))
    return level


def _voice(loudness: tuple[float, ...], samples: int) -> Curve:
    """The voice against its own loud places, 0 to 1.1, at 200 Hz."""
    if not loudness:
        return np.full(samples, 0.8, np.float32)
    heard = np.convolve(np.pad(np.asarray(loudness, np.float32), 2, mode="edge"), np.full(5, 0.2), "valid")
    level = np.clip(heard / (np.percentile(heard, 90) + 1e-6), 0, 1.1) ** 0.6
    even: Curve = np.interp(np.arange(samples) / _RATE, (np.arange(len(level)) + 0.5) / 100, level).astype(np.float32)
    return even


def _blurred(curve: Curve, seconds: float) -> Curve:
    reach = round(3 * seconds * _RATE)
    kernel = np.exp(-((np.arange(-reach, reach + 1) / (seconds * _RATE)) ** 2) / 2)
    blurred: Curve = np.convolve(np.pad(curve, reach, mode="edge"), kernel / kernel.sum(), "valid").astype(np.float32)
    return blurred


def _sampled(curve: Curve, seconds: float) -> Curve:
    place = min(max(seconds * _RATE, 0.0), len(curve) - 1.001)
    index = int(place)
    part = np.float32(place - index)
    mixed: Curve = curve[index] * (1 - part) + curve[index + 1] * part
    return mixed


def _inside(seconds: float, duration: float, ramp: float) -> float:
    """0 at both ends of the passage, 1 once `ramp` away from them."""
    t = min(max(min(seconds, duration - seconds) / ramp, 0.0), 1.0)
    return t * t * (3 - 2 * t)


def _lid(seconds: float) -> float:
    """A blink around 0: 100 ms down, 40 ms shut, 140 ms up."""
    t = (seconds + 0.10) / 0.10 if seconds < 0 else 1 - (seconds - 0.04) / 0.14
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)
