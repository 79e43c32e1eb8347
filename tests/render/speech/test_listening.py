"""The networks that listen, on what the embedded voices say."""

from functools import cache

import pytest
import torch
from scipy.signal import resample_poly

from render.errors import SetupIncomplete
from render.speech.speaker import SpeakerComparer
from render.speech.transcriber import Transcriber

ALIKE = 0.82


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """As the worker has it: threads that wait for each other cost more than they bring."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def transcriber(models):
    return Transcriber(models)


@pytest.fixture(scope="module")
def sound(say):
    """What a voice says, as (n,) samples at 16 kHz."""

    @cache
    def heard(text, language, voice):
        return torch.from_numpy(resample_poly(say(text, language, voice).samples, 1, 3).astype("float32"))

    return heard


def test_english_is_written_down_word_for_word(transcriber, sound):
    heard = transcriber.write_down(sound("Please buy a big box for $5. My baby, maybe, plays.", "en", "am_michael"), "en")
    assert heard.text.lower().startswith("please buy a big box for")
    assert heard.certainty > -0.6
    assert heard.silence < 0.1


def test_chinese_is_written_down_in_hanzi(transcriber, sound):
    heard = transcriber.write_down(sound("今天天气很好，我们一起去公园散步。", "zh", "zf_xiaoxiao"), "zh")
    assert "公" in heard.text
    assert 10 <= len(heard.text) <= 20


@pytest.mark.soak
def test_nothing_is_heard_in_silence(transcriber):
    heard = transcriber.write_down(torch.zeros(16_000 * 3), "en")
    assert heard.silence > 0.6 or heard.certainty < -0.6


def test_one_voice_is_like_itself_and_unlike_another(models, sound):
    comparer = SpeakerComparer(models)
    one = sound("Please buy a big box for $5. My baby, maybe, plays.", "en", "am_michael")
    again = sound("Good morning, my dear neighbours. The weather is fine today.", "en", "am_michael")
    other = sound("今天天气很好，我们一起去公园散步。", "zh", "zf_xiaoxiao")
    assert comparer.likeness(one, again) > ALIKE
    assert comparer.likeness(one, other) < ALIKE
    assert comparer.likeness(one, again[:8_000]) is None


def test_another_voice_in_a_recording_is_told_and_one_alone_never(models, sound):
    comparer = SpeakerComparer(models)
    one = sound("Please buy a big box for $5. My baby, maybe, plays.", "en", "am_michael")
    again = sound("Good morning, my dear neighbours. The weather is fine today.", "en", "am_michael")
    other = sound("今天天气很好，我们一起去公园散步。", "zh", "zf_xiaoxiao")
    alone = torch.cat([one, again, one])
    assert comparer.others_ms(alone) == 0
    assert comparer.others_ms(torch.cat([alone, other])) > 0
    assert comparer.others_ms(torch.cat([other, alone])) > 0
    assert comparer.others_ms(other) == 0, "too short to tell"


def test_without_models_set_up_is_asked_for(tmp_path):
    with pytest.raises(SetupIncomplete):
        Transcriber(tmp_path).write_down(torch.zeros(16_000), "en")
    with pytest.raises(SetupIncomplete):
        SpeakerComparer(tmp_path).likeness(torch.ones(40_000), torch.ones(40_000))
