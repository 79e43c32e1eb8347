"""The embedded copywriter and its fact guard."""

import re

import pytest

from render.ports.language import ProductBrief
from webapp.providers.language import frames_en, frames_zh
from webapp.providers.language.embedded import FrameCopywriter, is_verb_phrase
from webapp.providers.language.guard import claims, flagged, unsupported

CUP = ProductBrief(
    name="云朵保温杯",
    benefits=("保温十二小时", "杯盖一按就开", "杯身只有280克", "内胆是316不锈钢"),
    audience="上班族",
    pain="热水一会儿就凉",
    scene="早上通勤",
    price="59.9元",
    forbidden=("送人",),
)
MUG = ProductBrief(
    name="the Cloud Mug",
    benefits=("keeps drinks hot for 12 hours", "a lid that opens with one press", "weighs just 280 g", "a steel liner"),
    audience="commuters",
    pain="lukewarm coffee",
    scene="the morning commute",
    price="$19.90",
)
BRIEFS = {"zh": CUP, "en": MUG}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_are_twelve_frames_for_every_slot(language: str) -> None:
    module = {"zh": frames_zh, "en": frames_en}[language]
    frames = {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, tuple)}
    assert len(frames) >= 6
    assert all(len(set(value)) >= 12 for value in frames.values())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("seconds", [15, 20, 30])
def test_no_script_is_longer_than_asked_or_claims_what_the_brief_does_not(language: str, seconds: int) -> None:
    for seed in range(20):
        script = FrameCopywriter().write(BRIEFS[language], language=language, seconds=seconds, seed=seed)
        text = " ".join(sentence.text for sentence in script.sentences)
        assert script.estimated_ms <= seconds * 1_000
        assert unsupported(text, BRIEFS[language]) == ()
        assert "{" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_fifty_seeds_give_fifty_different_scripts(language: str) -> None:
    texts = {FrameCopywriter().write(BRIEFS[language], language=language, seconds=20, seed=seed).sentences for seed in range(50)}
    assert len(texts) == 50


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_seed_gives_the_same_script(language: str) -> None:
    first, again = (FrameCopywriter().write(BRIEFS[language], language=language, seconds=20, seed=7) for _ in range(2))
    assert first == again


def test_a_brief_with_one_fact_says_that_it_is_short() -> None:
    script = FrameCopywriter().write(ProductBrief(name="小灯", benefits=("一拧就亮",)), language="zh", seconds=30, seed=1)
    assert script.short
    assert [sentence.slot for sentence in script.sentences if sentence.slot in {"hook", "intro", "call"}] == ["hook", "intro", "call"]


def test_a_script_comes_in_scenes_without_spaces_between_chinese_sentences() -> None:
    script = FrameCopywriter().write(CUP, language="zh", seconds=20, seed=3)
    opening, product, offer = script.paragraphs()
    assert opening
    assert "59.9元" in offer
    assert not re.search(r"。 ", product)


def test_forbidden_words_never_stand_in_a_script() -> None:
    for seed in range(15):
        script = FrameCopywriter().write(CUP, language="zh", seconds=30, seed=seed)
        assert not any("送人" in sentence.text for sentence in script.sentences)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("保温24小时", ["number"]),
        ("保温二十四小时", ["number"]),
        ("保温12小时", []),
        ("保温１２ 小时", []),
        ("只要49元", ["number"]),
        ("只要59.90元", []),
        ("百分之九十的人都说好", ["number"]),
        ("全网最低，销量第一", ["superlative", "superlative"]),
        ("通过FDA认证", ["certificate", "certificate"]),
        ("轻松不少", []),
    ],
)
def test_the_guard_finds_claims_that_the_brief_does_not_make(text: str, kinds: list[str]) -> None:
    assert [claim.kind for claim in unsupported(text, CUP)] == kinds


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("hot for 12 hours", True),
        ("hot for 24 hours", False),
        ("now $19.9", True),
        ("now $9.99", False),
        ("the best mug", False),
        ("#1 mug", False),
    ],
)
def test_the_guard_reads_english(text: str, supported: bool) -> None:
    assert (unsupported(text, MUG) == ()) is supported


def test_a_brief_that_breaks_advertising_law_is_flagged_with_the_words() -> None:
    assert [claim.text for claim in flagged("国家级品质，100%治愈")] == ["国家级", "治愈"]


def test_an_empty_text_claims_nothing() -> None:
    assert claims("") == ()


@pytest.mark.parametrize(
    ("benefit", "verb"),
    [
        ("keeps drinks hot", True),
        ("has two pockets", True),
        ("a steel liner", False),
        ("colours for every season", False),
        ("washes easily", True),
    ],
)
def test_a_benefit_is_told_apart_by_its_first_word(benefit: str, verb: bool) -> None:
    assert is_verb_phrase(benefit) is verb
