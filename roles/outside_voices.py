"""Voices of another's server: their sound comes by HTTP, and their words are found in it as in a recording."""

import io
import wave
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render.errors import SpeechRefused
from render.media.wav import write_wav
from render.ports.speech import Aligner, Voice
from render.timeline.spoken import SpeechRequest, SpokenTimes
from render.timeline.voicing import spread
from webapp.errors import Invalid
from webapp.providers.speech import openai
from webapp.servers import SpeechServer

RATE: Final = 48_000
RATES_HZ: Final = range(8_000, 96_001)
SECONDS_MAX: Final = 600

Samples = NDArray[np.float32]


class OutsideVoices:
    """A `SpeechEngine` over a server. `aligner` finds the words; where it cannot, they are spread over the sound and the mouth rests."""

    def __init__(self, server: SpeechServer, aligner: Aligner) -> None:
        self._server, self._aligner = server, aligner
        self.version = f"{server.name}/{server.model}"

    def voices(self) -> tuple[Voice, ...]:
        """Those that the settings name."""
        return self._server.voices

    def synthesize(self, request: SpeechRequest, wav: Path) -> SpokenTimes:
        """Write the sound to `wav` as speech is written. Raises SpeechRefused (`voice`, `server`, `sound`), Unavailable."""
        theirs = self._server.names.get(request.voice)
        if theirs is None:
            raise SpeechRefused("voice", voice=request.voice)
        try:
            sound = _samples(openai.say(self._server, request.text, theirs, request.rate), self._server)
        except Invalid as refusal:
            raise SpeechRefused("server", voice=request.voice) from refusal
        with TemporaryDirectory() as folder:
            said = Path(folder) / "said.wav"
            write_wav(said, sound)
            return self._found(said, len(sound), request, wav)

    def _found(self, said: Path, length: int, request: SpeechRequest, wav: Path) -> SpokenTimes:
        try:
            return self._aligner.align(said, request, wav)
        except SpeechRefused as refusal:
            if refusal.reason != "unlike":
                raise SpeechRefused("sound", voice=request.voice) from refusal
        wav.write_bytes(said.read_bytes())
        return spread(request, length * 5)


def _samples(data: bytes, server: SpeechServer) -> Samples:
    """What came as (n,) at 48 kHz. Raises SpeechRefused `sound` for what is none, or of no rate or length that speech has."""
    from scipy.signal import resample_poly  # noqa: PLC0415 - it takes long to import, and most studios have no such server

    rate, channels, whole = (server.rate_hz, 1, data) if server.form == "pcm" else _opened(data)
    count = len(whole) // (2 * channels)
    if rate not in RATES_HZ or not 0 < count <= SECONDS_MAX * rate:
        raise SpeechRefused("sound")
    sound = np.frombuffer(whole[: 2 * channels * count], "<i2").reshape(-1, channels).mean(axis=1, dtype=np.float32) / 32_768
    divisor = int(np.gcd(rate, RATE))
    return np.asarray(resample_poly(sound, RATE // divisor, rate // divisor), np.float32)


def _opened(data: bytes) -> tuple[int, int, bytes]:
    """Rate, channels and samples of a WAV of 16 bits; one that was streamed says no length, so all that is there is taken."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if file.getsampwidth() != 2 or file.getnchannels() not in {1, 2}:  # noqa: PLR2004 - 16 bits, mono or stereo
                raise SpeechRefused("sound")
            return file.getframerate(), file.getnchannels(), file.readframes(len(data))
    except (wave.Error, EOFError) as problem:
        raise SpeechRefused("sound") from problem
