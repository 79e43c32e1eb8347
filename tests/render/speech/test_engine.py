import shutil
import wave
from itertools import pairwise
from threading import Event, Thread

import numpy as np
import pytest

from render.audio.loudness import integrated_lufs, true_peak_dbtp
from render.errors import SetupIncomplete, SpeechRefused
from render.media.wav import read_wav
from render.ports.speech import BrokenOff, SpeechEngine
from render.speech.engine import KokoroEngine
from render.timeline.sentences import joined, sentences
from render.timeline.spoken import SpeechRequest

CHINESE = "爸爸买了8瓶酱。你好，欢迎来到直播间！"
ENGLISH = "Please buy a big box for $5. My baby, maybe, plays."
LIPS = {"PP"}
TICKS_PER_SAMPLE = 5


@pytest.fixture(params=["zh", "en"])
def voiced(request, say):
    return say(CHINESE) if request.param == "zh" else say(ENGLISH, "en", "am_michael")


def test_duration_is_exact_to_the_sample(voiced):
    assert voiced.times.duration == len(voiced.samples) * TICKS_PER_SAMPLE
    assert not voiced.times.estimated


@pytest.mark.parametrize("track", ["words", "phonemes", "visemes"])
def test_times_follow_each_other_inside_the_passage(voiced, track):
    at = 0
    for item in getattr(voiced.times, track):
        assert item.at >= at
        assert item.duration > 0
        at = item.at + item.duration
    assert at <= voiced.times.duration


def test_the_mouth_has_a_shape_at_every_moment_and_rests_at_both_ends(voiced):
    visemes = voiced.times.visemes
    assert (visemes[0].viseme, visemes[-1].viseme) == ("sil", "sil")
    assert visemes[0].at == 0
    assert all(after.at == before.at + before.duration for before, after in pairwise(visemes))
    assert visemes[-1].at + visemes[-1].duration == voiced.times.duration


def test_words_stand_where_they_are_written(voiced):
    text = voiced.request.text
    spans = [text[word.start : word.end] for word in voiced.times.words]
    assert spans == [span for span in spans if any(character.isalnum() for character in span)]
    assert "".join(spans) == "".join(character for character in text if character not in " ,.，。！")


def test_words_after_a_pause_begin_where_the_sound_does(say):
    passages = [say(CHINESE), say(ENGLISH, "en", "am_michael"), say("你好吗？我很好，谢谢。今天天气不错！", "zh", "zm_yunxi")]
    gaps = [gap for passage in passages for gap in _onset_gaps_ms(passage)]
    assert len(gaps) >= 6
    assert np.mean(np.abs(gaps) <= 60) >= 0.8


def test_lips_close_for_every_p_b_and_m_long_enough_to_be_seen(voiced):
    closures = [viseme for viseme in voiced.times.visemes if viseme.viseme == "PP"]
    sounds = [phoneme for phoneme in voiced.times.phonemes if phoneme.symbol[0] in "pbm"]
    assert len(closures) >= 4
    assert all(closure.duration >= 240 * 60 for closure in closures)
    for sound in sounds:
        middle = sound.at + sound.duration // 2
        assert any(closure.at <= middle < closure.at + closure.duration for closure in closures)


def test_the_mouth_rests_in_silence(voiced):
    level = _level(voiced.samples)
    rests = [viseme for viseme in voiced.times.visemes if viseme.viseme == "sil" and viseme.duration >= 240 * 40]
    assert len(rests) >= 2
    for rest in rests:
        inside = level[rest.at // 2_400 + 1 : (rest.at + rest.duration) // 2_400 - 1]
        assert np.median(inside) < 0.1 * np.percentile(level, 90)


def test_the_sound_is_mono_16_bit_48_khz_at_an_even_loudness(engine, tmp_path):
    for voice, text in (("zm_yunyang", "欢迎光临"), ("bf_emma", "Welcome")):
        language = "zh" if voice.startswith("z") else "en"
        engine.synthesize(SpeechRequest("kokoro", language, voice, text), tmp_path / "a.wav")
        with wave.open(str(tmp_path / "a.wav")) as file:
            assert file.getparams()[:3] == (1, 2, 48_000)
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)[None] / 32_768
        assert integrated_lufs(samples) == pytest.approx(-18, abs=1.5)
        assert true_peak_dbtp(samples) <= -0.9


def test_the_same_request_sounds_the_same_in_another_engine(say, models, tmp_path):
    first = say("欢迎光临", "zh", "zm_yunyang")
    again = KokoroEngine(models).synthesize(first.request, tmp_path / "again.wav")
    assert again == first.times
    with wave.open(str(tmp_path / "again.wav")) as file:
        assert file.getnframes() == len(first.samples)
        assert np.array_equal(np.frombuffer(file.readframes(file.getnframes()), "<i2"), np.rint(first.samples * 32_768).astype(np.int16))


@pytest.mark.parametrize(("passage", "about"), [(CHINESE, ("zh",)), (ENGLISH, ("en", "am_michael")), (CHINESE, ("zh", "zm_yunxi", 1_300))])
def test_sentences_voiced_one_by_one_are_the_passage_voiced_at_once(say, passage, about):
    whole = say(passage, *about)
    parts = sentences(whole.request)
    voiced = [say(part.request.text, *about) for part in parts]
    assert len(parts) == 2
    assert joined([(part, one.times) for part, one in zip(parts, voiced, strict=True)]) == whole.times
    pause = np.zeros(parts[0].pause // TICKS_PER_SAMPLE, np.float32)
    assert np.array_equal(np.concatenate([voiced[0].samples, pause, voiced[1].samples]), whole.samples)


def test_rate_shortens_and_lengthens(say):
    slow, usual, fast = (say("欢迎光临", "zh", "zm_yunyang", rate).times.duration for rate in (600, 1_000, 2_000))
    assert slow > 1.3 * usual
    assert fast < 0.75 * usual


def test_a_pronunciation_changes_the_sounds_but_not_the_places(say):
    text = "重庆"
    usual, other = say(text), say(text, pronunciations=((0, 2, "zhong4 qing4"),))
    assert [phoneme.symbol for phoneme in usual.times.phonemes] != [phoneme.symbol for phoneme in other.times.phonemes]
    assert [(word.start, word.end) for word in other.times.words] == [(0, 2)]


@pytest.mark.parametrize("text", ["", "   \n", "😀👍🏽", "\u202e\u200f", "مرحبا", "……！？", "สวัสดี"])
def test_a_text_with_nothing_to_say_is_refused(engine, tmp_path, text):
    with pytest.raises(SpeechRefused, match="nothing-to-say"):
        engine.synthesize(SpeechRequest("kokoro", "zh", "zf_xiaoxiao", text), tmp_path / "none.wav")
    assert not (tmp_path / "none.wav").exists()


def test_a_voice_or_a_rate_that_is_not_on_offer_is_refused(engine, tmp_path):
    for changes in ({"voice": "zf_xiaoni"}, {"rate": 400}, {"rate": 2_001}):
        request = SpeechRequest(**{"engine": "kokoro", "language": "zh", "voice": "zf_xiaobei", "text": "好", "rate": 1_000} | changes)
        with pytest.raises(SpeechRefused):
            engine.synthesize(request, tmp_path / "none.wav")


def test_every_voice_has_a_name_in_each_language_of_the_interface_and_its_styles(engine, models):
    for voice in engine.voices():
        assert set(voice.names) == {"zh-Hans", "zh-Hant", "en", "th"}
        assert (models / "kokoro" / "voices" / f"{voice.id}.npy").is_file()
    assert {(voice.language, voice.sex) for voice in engine.voices()} == {(a, b) for a in ("zh", "en") for b in ("female", "male")}
    engine_as_port: SpeechEngine = engine
    assert engine_as_port.version.startswith("kokoro")


def test_a_damaged_or_missing_model_asks_for_setup(models, tmp_path):
    request = SpeechRequest("kokoro", "zh", "zf_xiaoxiao", "好")
    with pytest.raises(SetupIncomplete):
        KokoroEngine(tmp_path).synthesize(request, tmp_path / "none.wav")
    shutil.copytree(models / "kokoro", tmp_path / "kokoro")
    with (tmp_path / "kokoro" / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"damage")
    with pytest.raises(SetupIncomplete, match="model-damaged"):
        KokoroEngine(tmp_path).synthesize(request, tmp_path / "none.wav")
    (tmp_path / "kokoro" / "voices" / "zf_xiaoxiao.npy").write_bytes(b"damage")
    with pytest.raises(SetupIncomplete, match="voice-damaged"):
        KokoroEngine(tmp_path).synthesize(request, tmp_path / "none.wav")


def _level(samples):
    """RMS per 10 ms."""
    return np.sqrt(np.square(samples[: len(samples) // 480 * 480].reshape(-1, 480)).mean(axis=1))


def _onset_gaps_ms(passage):
    """For each word after a pause: how much later than the sound it begins."""
    level = _level(passage.samples)
    heard = level > 0.06 * np.percentile(level, 90)
    end = 0
    for word in passage.times.words:
        if word.at - end >= 240 * 80 or not end:
            quiet = np.flatnonzero(~heard[: word.at // 2_400 + 8])
            near = [step + 1 for step in quiet if heard[step + 1 : step + 4].all() and abs(step + 1 - word.at // 2_400) < 20]
            if near:
                yield word.at / 240 - 10 * min(near, key=lambda step: abs(step - word.at // 2_400))
        end = word.at + word.duration


def test_a_sentence_is_broken_off_from_another_thread_and_said_again_whole(engine, tmp_path):
    """`break_off` before anything is said ends nothing, so it is called until something has ended."""
    request = SpeechRequest(engine.version, "zh", "zf_xiaoyi", "早上的时间总是不够用，孩子要上学，自己要赶车，还要给全家人做早饭。")
    over, first, again = Event(), tmp_path / "first.wav", tmp_path / "again.wav"

    def break_off():
        while not over.wait(0.02):
            engine.break_off()

    breaking = Thread(target=break_off)
    breaking.start()
    with pytest.raises(BrokenOff):
        engine.synthesize(request, first)
    over.set()
    breaking.join()

    assert not first.exists()
    assert engine.synthesize(request, again).duration == len(read_wav(again)[0]) * TICKS_PER_SAMPLE
