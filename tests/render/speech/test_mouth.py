from render.speech.mouth import CLOSURE_MIN, visemes
from render.speech.symbols import LENGTHENERS, NUMBERS, PAUSES, STRESS, shapes
from render.timeline.spoken import Phoneme

MS = 240


def track(*phonemes, duration):
    return [(v.viseme, v.at // MS, v.duration // MS) for v in visemes([Phoneme(s, a * MS, d * MS) for s, a, d in phonemes], duration * MS)]


def test_shapes_fill_the_passage_and_rest_where_nothing_sounds():
    assert track(("a", 50, 100), ("s", 300, 100), duration=500) == [
        ("sil", 0, 50),
        ("aa", 50, 100),
        ("sil", 150, 150),
        ("SS", 300, 100),
        ("sil", 400, 100),
    ]


def test_a_diphthong_is_two_shapes_and_equal_neighbours_are_one():
    assert track(("I", 0, 100), ("i", 100, 50), duration=200) == [("aa", 0, 50), ("ih", 50, 100), ("sil", 150, 50)] or (
        track(("I", 10, 100), ("i", 110, 50), duration=200) == [("sil", 0, 10), ("aa", 10, 50), ("ih", 60, 100), ("sil", 160, 40)]
    )


def test_a_short_closure_takes_time_from_the_shape_before_and_then_from_the_one_after():
    assert track(("a", 10, 100), ("b", 110, 20), ("a", 130, 100), duration=300)[2] == ("PP", 70, 60)
    assert track(("a", 10, 20), ("b", 30, 20), ("a", 50, 100), duration=300)[2] == ("PP", 20, 60)
    assert CLOSURE_MIN == 60 * MS


def test_every_sound_of_the_network_has_a_shape_of_its_own():
    vowels = set("eɛəɚɜɤᵊœ")
    plain = set(NUMBERS) - PAUSES - LENGTHENERS - STRESS - set(' "') - vowels - {"A", "Q"}
    assert [symbol for symbol in sorted(plain) if shapes(symbol) == ("E",)] == []
