import pytest

from render.timeline import codec
from render.timeline.sentences import sentences
from render.timeline.spoken import Phoneme, SpeechRequest, SpokenSound, SpokenTimes, VisemeTime, Word, sounds_of
from render.timeline.voicing import estimate, link, sentence_requests, speech_digest, speech_requests, times_from_json, times_to_json
from tests.render.timeline.documents import small


def saying(text, **members):
    return codec.read({"scenes": [{"id": "s", "blocks": [{"id": "b", "texts": {"zh": {"text": text, **members}}}]}]})


def request(text, language="zh", rate=1_000):
    return SpeechRequest("e", language, "v", text, rate)


def test_every_block_with_words_is_asked_for():
    requests = speech_requests(small(), "zh", "kokoro-1")
    assert list(requests) == ["b1", "b2", "b3"]
    assert requests["b1"] == SpeechRequest("kokoro-1", "zh", "zf_xiaoyi", "你好，世界。重庆火锅", 1_000, ((6, 8, "chong2 qing4"),))


def test_a_language_asks_for_its_own_words_and_voice():
    requests = speech_requests(small(), "en", "kokoro-1")
    assert {name: (request.text, request.voice) for name, request in requests.items()} == {"b1": ("Hello, world.", "af_heart")}


@pytest.mark.parametrize("text", ["", " \n\t", "……", "👍🎉", "—！？", "\u200b"])
def test_what_nobody_can_say_is_not_asked_for(text):
    assert speech_requests(saying(text), "zh", "e") == {}


def test_white_space_around_the_words_does_not_change_the_sound():
    said = [{"start": 2, "end": 4, "say": "x"}]
    bare, wide = saying("你好", pronunciations=[{"start": 0, "end": 2, "say": "x"}]), saying("  你好\n", pronunciations=said)
    assert speech_requests(bare, "zh", "e") == speech_requests(wide, "zh", "e")


def test_a_pronunciation_of_the_white_space_is_left_out():
    assert speech_requests(saying("  你好", pronunciations=[{"start": 0, "end": 2, "say": "x"}]), "zh", "e")["b"].pronunciations == ()


def test_a_block_names_its_voice_and_a_region_takes_its_languages_default():
    document = codec.read(
        {
            "scenes": [
                {
                    "id": "s",
                    "blocks": [
                        {"id": "b1", "texts": {"zh-TW": {"text": "你"}}},
                        {"id": "b2", "texts": {"zh-TW": {"text": "你"}}, "voices": {"zh-TW": "mine"}},
                    ],
                },
            ],
        },
    )
    assert [one.voice for one in speech_requests(document, "zh-TW", "e").values()] == ["zf_xiaoyi", "mine"]
    assert speech_requests(document, "zh-TW", "e", {})["b1"].voice == ""


def test_all_that_changes_the_sound_changes_its_name():
    names = {
        speech_digest(one)
        for one in (
            request("你好"),
            request("您好"),
            request("你好", rate=900),
            request("你好", "en"),
            SpeechRequest("f", "zh", "v", "你好"),
            SpeechRequest("e", "zh", "w", "你好"),
            SpeechRequest("e", "zh", "v", "你好", 1_000, ((0, 1, "ni2"),)),
        )
    }
    assert len(names) == 7


def test_a_guess_is_marked_as_one_and_its_words_follow_each_other():
    times = estimate(request("你好，这款只要99.9元！Buy it now. ครีมดี"))
    assert times.estimated
    ends = [word.at + word.duration for word in times.words]
    assert all(end <= word.at for end, word in zip(ends, times.words[1:], strict=False))
    assert ends[-1] <= times.duration
    assert times.duration % 5 == 0


@pytest.mark.parametrize(
    ("text", "language", "seconds"),
    [("好" * 46, "zh", 10), ("word " * 26, "en", 10), ("好" * 46 + "。", "zh", 10.3), ("好，好", "zh", 0.6), ("42", "zh", 0.48)],
)
def test_a_guess_is_about_as_long_as_people_take(text, language, seconds):
    assert estimate(request(text.strip(), language)).duration / 240_000 == pytest.approx(seconds, rel=0.03)


def test_a_faster_rate_is_shorter():
    assert estimate(request("你好世界", rate=2_000)).duration == pytest.approx(estimate(request("你好世界")).duration / 2, abs=5)


def test_words_in_the_guess_are_whole():
    text = "iPhone 3,000 don't"
    assert [text[word.start : word.end] for word in estimate(request(text, "en")).words] == ["iPhone", "3,000", "don't"]


def test_linking_takes_what_is_voiced_and_guesses_the_rest():
    requests = speech_requests(small(), "zh", "e")
    voiced = {speech_digest(requests["b2"]): SpokenTimes(480_000)}
    manifest = link(small(), "zh", "e", voiced)
    assert (manifest.blocks["b2"].times, manifest.blocks["b2"].speech_digest) == (SpokenTimes(480_000), next(iter(voiced)))
    assert manifest.blocks["b1"].times.estimated
    assert manifest.blocks["b1"].speech_digest == ""
    assert not manifest.complete
    assert manifest.engines == ("e",)


def test_a_passage_is_exact_as_far_as_it_is_voiced_and_guessed_from_there_on():
    passage = speech_requests(small(), "zh", "e")["b1"]
    (first, one), (second, _) = sentence_requests([passage]).items()
    voiced = {first: SpokenTimes(480_000, (Word(0, 1, 0, 240_000),))}
    spoken = link(small(), "zh", "e", voiced).blocks["b1"]
    assert spoken.times.estimated
    assert spoken.times.sounds == sounds_of(spoken.speech_digest, spoken.times) == (SpokenSound(first, 0, 480_000),)
    assert spoken.times.words[0] == Word(0, 1, 0, 240_000)
    assert spoken.times.words[1].start == len(one.text)

    whole = link(small(), "zh", "e", voiced | {second: SpokenTimes(240_000, (Word(0, 2, 0, 100),))}).blocks["b1"]
    starts = 480_000 + sentences(passage)[0].pause
    assert (whole.times.estimated, whole.times.duration) == (False, starts + 240_000)
    assert whole.times.sounds == (SpokenSound(first, 0, 480_000), SpokenSound(second, starts, 240_000))
    assert whole.times.words[1] == Word(6, 8, starts, 100)
    assert len({"", spoken.speech_digest, whole.speech_digest, first, second}) == 5


def test_a_manifest_with_every_sound_is_complete():
    voiced = {name: SpokenTimes(5) for name in sentence_requests(speech_requests(small(), "zh", "e").values())}
    assert link(small(), "zh", "e", voiced).complete


def test_times_come_back_from_json():
    times = SpokenTimes(100, (Word(0, 1, 0, 50),), (Phoneme("n", 0, 20),), (VisemeTime("nn", 0, 20),), True, (SpokenSound("d", 5, 95),))
    assert times_from_json(times_to_json(times)) == times
