from hypothesis import given
from hypothesis import strategies as st

from render.timeline.sentences import PAUSE_AFTER_CLAUSE_MS, PAUSE_AFTER_ELLIPSIS_MS, PAUSE_MS, joined, sentences
from render.timeline.spoken import Phoneme, SpeechRequest, SpokenTimes, VisemeTime, Word

MILLISECOND = 240


def request(text, rate=1_000, pronunciations=()):
    return SpeechRequest("e", "zh", "v", text, rate, pronunciations)


def texts(text, **about):
    return [part.request.text for part in sentences(request(text, **about))]


def test_a_passage_is_cut_after_the_ends_of_its_sentences():
    assert texts("早上的时间不够用。这款米乳打开就能喝！“真的好喝吗？”当然好喝啊……\n明天见，朋友们") == [
        "早上的时间不够用。",
        "这款米乳打开就能喝！",
        "“真的好喝吗？”",
        "当然好喝啊……",
        "明天见，朋友们",
    ]


def test_points_inside_words_and_figures_end_nothing():
    assert texts("The U.S. market pays $3.5 for it. Visit www.example.com or call J. Smith today.") == [
        "The U.S. market pays $3.5 for it.",
        "Visit www.example.com or call J. Smith today.",
    ]


def test_what_is_too_short_to_be_said_well_goes_with_its_neighbour():
    assert texts("好。今天给大家看一款新品！") == ["好。今天给大家看一款新品！"]
    assert texts("今天给大家看一款新品！好。") == ["今天给大家看一款新品！好。"]
    assert texts("สวัสดีครับ! 今天给大家看一款新品！") == ["สวัสดีครับ! 今天给大家看一款新品！"]


def test_a_sentence_without_an_end_is_cut_at_commas_that_nobody_waits_for_all_of_it():
    parts = sentences(request("我们今天给大家介绍一款非常好用的新品，" * 8))
    assert [len(part.request.text) for part in parts] == [38] * 4
    assert {part.pause for part in parts[:-1]} == {PAUSE_AFTER_CLAUSE_MS * MILLISECOND}
    assert len(sentences(request("长" * 20_000))) == 1


def test_a_cut_goes_through_no_pronunciation_and_takes_each_along():
    text = "重庆的火锅很好。一行人走了一行路。"
    assert len(sentences(request(text, pronunciations=((6, 10, "x"),)))) == 1
    first, second = sentences(request(text, pronunciations=((0, 2, "chong2 qing4"), (9, 10, "hang2"))))
    assert (first.request.pronunciations, second.request.pronunciations) == (((0, 2, "chong2 qing4"),), ((1, 2, "hang2"),))


def test_silence_after_a_sentence_follows_its_mark_and_the_pace():
    def pauses(text, rate=1_000):
        return [part.pause / MILLISECOND for part in sentences(request(text, rate))]

    assert pauses("早上的时间不够用。明天见，朋友们") == [PAUSE_MS, 0]
    assert pauses("早上的时间不够用……明天见，朋友们") == [PAUSE_AFTER_ELLIPSIS_MS, 0]
    assert pauses("早上的时间不够用\n明天见，朋友们", 2_000) == [PAUSE_MS / 2, 0]


def test_a_sentence_typed_at_the_end_leaves_the_ones_before_it_alone():
    before = sentences(request("早上的时间不够用。这款米乳打开就能喝！"))
    after = sentences(request("早上的时间不够用。这款米乳打开就能喝！ 明天见，朋友们"))
    assert [part.request for part in after[:2]] == [part.request for part in before]


def test_sentences_joined_keep_their_times_and_the_mouth_rests_between_them():
    parts = sentences(request("早上的时间不够用。明天见，朋友们"))
    shapes = (VisemeTime("aa", 0, 60), VisemeTime("sil", 60, 40))
    times = SpokenTimes(100, (Word(0, 1, 0, 50),), (Phoneme("a", 0, 60),), shapes)
    whole = joined([(part, times) for part in parts])
    start, pause = 100 + parts[0].pause, parts[0].pause
    assert whole.duration == start + 100
    assert whole.words == (Word(0, 1, 0, 50), Word(9, 10, start, 50))
    assert whole.phonemes == (Phoneme("a", 0, 60), Phoneme("a", start, 60))
    assert [(shape.viseme, shape.at, shape.duration) for shape in whole.visemes] == [
        ("aa", 0, 60),
        ("sil", 60, 40 + pause),
        ("aa", start, 60),
        ("sil", start + 60, 40),
    ]


@given(st.text(alphabet="你好重庆不12389.,，。！？…—（）“” \n\tabcABC😀\u200bรé", max_size=120))
def test_nothing_but_white_space_is_lost(text):
    parts = sentences(request(text))
    assert all(text.startswith(part.request.text, part.start) for part in parts)
    assert "".join("".join(part.request.text.split()) for part in parts) == "".join(text.split())
