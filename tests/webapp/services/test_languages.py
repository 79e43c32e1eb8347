import pytest

from webapp.services.languages import DEFAULT, LANGUAGES, negotiate


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (["zh-TW"], "zh-Hant"),
        (["zh-HK"], "zh-Hant"),
        (["zh-MO"], "zh-Hant"),
        (["zh-Hant"], "zh-Hant"),
        (["zh_Hant_TW"], "zh-Hant"),
        (["zh-Hans-HK"], "zh-Hans"),
        (["zh"], "zh-Hans"),
        (["zh-CN"], "zh-Hans"),
        (["zh-SG"], "zh-Hans"),
        (["th-TH"], "th"),
        (["EN-gb"], "en"),
        (["fr", "de-AT", "th", "en"], "th"),
        (["", "zh-Hans"], "zh-Hans"),
        (["fr"], DEFAULT),
        (["*", "x" * 10_000, "\x00", "-"], DEFAULT),
        ([], DEFAULT),
    ],
)
def test_the_first_wish_that_is_spoken_wins(wishes, language):
    assert negotiate(*wishes) == language


def test_four_languages_are_offered_in_their_own_words():
    assert set(LANGUAGES) == {"zh-Hans", "zh-Hant", "en", "th"}
    assert all(negotiate(tag) == tag for tag in LANGUAGES)
