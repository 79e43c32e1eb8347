"""Presets: what is offered is what the engines know."""

from render.audio.music import compose
from render.errors import MissingSource
from render.presets.exports import PRESETS
from render.presets.tracks import TRACKS
from render.presets.voices import BY_ID, SPEECH_ENGINE, VOICES
from render.speech.weights import MODEL_SHA256
from render.timeline.voicing import DEFAULT_VOICES


def test_the_speech_engines_name_holds_the_digest_of_its_weights() -> None:
    assert MODEL_SHA256[:12] in SPEECH_ENGINE


def test_every_default_voice_is_on_offer_in_its_language() -> None:
    assert all(BY_ID[voice].language == language for language, voice in DEFAULT_VOICES.items())
    assert len(BY_ID) == len(VOICES)


def test_every_preset_keeps_the_canvas_shape_with_even_sides() -> None:
    assert PRESETS["720p"].size_px(1080, 1920) == (720, 1280)
    assert PRESETS["1080p"].size_px(1080, 1350) == (1080, 1350)
    assert all(side % 2 == 0 for preset in PRESETS.values() for side in preset.size_px(1080, 1351))


def test_every_track_on_offer_has_a_score() -> None:
    for track in TRACKS:
        try:
            assert compose(track.id).shape[0] == 2
        except MissingSource as missing:
            raise AssertionError(track.id) from missing
