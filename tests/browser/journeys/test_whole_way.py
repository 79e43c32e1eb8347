"""From a script to a finished film in a real Chromium, in Chinese and in English; then the film itself is looked at and listened to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Browser

from render.graph.words import LABEL_STYLE, LABEL_WIDTH, label_for
from render.media.marks import Authority, inspect
from render.pixels.convert import planes_from_rgb
from render.pixels.planes import Planes
from render.pixels.text import text_raster
from render.timeline import captions
from render.timeline.placed import Cue
from render.timeline.time import TICKS_PER_SECOND, frame_ticks
from tests.browser.journeys.film import Film, Watcher, lag_s, onset, shows, shrunk, ssim
from tests.browser.journeys.story import Story, Stretch
from tests.browser.journeys.studio import Stack, visiting
from tests.browser.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

NEAR_S = 0.04
SHUT = 0.05
"""Lips this near each other, in parts of nose to chin, are seen as closed."""

ZH = "妈妈早八点忙，别怕没早饭。\n\n这杯米乳，五百毫升，只要19.9元，马上买一杯吧！"
EN_FACTS = {
    "name": "Mellow oat milk",
    "audience": "busy parents",
    "pain": "no time for breakfast",
    "scene": "before the school bus",
    "price": "4.90 dollars for 500 ml",
}
EN_BENEFITS = ("ready in 1 minute", "no added sugar")
EN = "Busy mornings? Keep breakfast simple.\n\nMellow oat milk, 500 ml, just 4.90 dollars. Be happy before eight."


@dataclass(frozen=True)
class Way:
    """What differs between the two."""

    locale: str
    language: str
    shape: str
    presenter: str
    voice: str
    added: str
    title: str
    music: str


WAYS = {
    "zh": Way("zh-CN", "zh", "9:16", "mei", "zf_xiaoyi", "别忘了吃饱。", "米乳早餐", "bright-morning"),
    "en": Way("en-US", "en", "16:9", "sofia", "af_bella", " Me too.", "Mellow mornings", "warm-afternoon"),
}


@dataclass
class Journey:
    """What somebody saw on the way, and what she took home."""

    way: Way
    story: Story
    film: Film
    watcher: Watcher
    files: dict[str, Path]
    heard: dict[str, float]
    scene_frames: list[NDArray[np.uint8]] = field(default_factory=list)
    previews: dict[str, tuple[int, Planes]] = field(default_factory=dict)
    """By what they show: the index of a frame, and what the player showed of it."""


@pytest.fixture(scope="module", params=["zh", "en"])
def journey(request: pytest.FixtureRequest, stack: Stack, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """The whole way, once for each language."""
    torch.set_num_threads(1)
    way = WAYS[request.param]
    folder = tmp_path_factory.mktemp(way.language)
    with visiting(stack, chromium, way.locale, viewport={"width": 1280, "height": 860}, device_scale_factor=2) as visitor:
        visitor.sign_in(f"{way.presenter}@example.com")
        project = start_in_chinese(visitor, way) if way.language == "zh" else start_from_facts(visitor, way)
        edit(visitor, way)
        heard, scene_frames = play_second_scene(visitor)
        visitor.order_export()
        files = visitor.finished_export(folder)
        visitor.page.keyboard.press("Escape")
        story = Story.exported(stack.database, stack.home, stack.models, project)
        film = Film.read(files[".mp4"])
        watcher = Watcher(film, stack.models)
        yield Journey(way, story, film, watcher, files, heard, scene_frames, previews(visitor, story))


def start_in_chinese(visitor: Visitor, way: Way) -> str:
    return visitor.new_project(ZH, language="zh", shape=way.shape, presenter=way.presenter, title="米乳")


def start_from_facts(visitor: Visitor, way: Way) -> str:
    """Have a script written, shorten it by hand, use it."""
    page = visitor.page
    page.goto("/projects/new")
    visitor.pick("language", way.language)
    page.locator("[formaction='/copywriting']").click()
    visitor.pick("seconds", "15")
    for name, fact in EN_FACTS.items():
        page.locator(f"#fact-{name}").fill(fact)
    page.locator("[name=benefit]").first.fill(EN_BENEFITS[0])
    page.locator(".copy__add").click()
    page.locator("[name=benefit]").nth(1).fill(EN_BENEFITS[1])
    page.locator("#facts button[name=seed]").click()
    script = page.locator("#draft textarea").input_value()
    assert EN_FACTS["name"].lower() in script.lower()
    page.locator("#draft textarea").fill(EN)
    page.locator("#draft [formaction='/copywriting/use']").click()
    assert page.locator("#script").input_value().split() == EN.split()
    return visitor.create(shape=way.shape, presenter=way.presenter)


def edit(visitor: Visitor, way: Way) -> None:
    """Words, voice, a title, a background, music."""
    page = visitor.page
    words = page.locator("textarea[data-block]").first
    words.press("Control+End")
    words.press_sequentially(way.added, delay=20)
    for voice in page.locator("select[id^=voice-]").all():
        voice.select_option(way.voice)
    visitor.open(page.locator("details[id^=look-]").first)
    page.locator("[id^=add-title-]").first.click()
    page.locator("textarea[id^=words-]").first.fill(way.title)
    page.locator("input[id^=colour-]").nth(0).evaluate(CHOOSE, "#274060")
    page.locator("[data-opens=settings]").click()
    page.locator("#music-name").select_option(way.music)
    page.keyboard.press("Escape")
    visitor.settle()
    visitor.voiced()


CHOOSE = """(field, value) => {
  field.value = value;
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}"""


def play_second_scene(visitor: Visitor) -> tuple[dict[str, float], list[NDArray[np.uint8]]]:
    """What is heard and seen while the second scene plays, until it stops by itself."""
    page, frames, clocks, places = visitor.page, [], [], []
    page.locator("[data-plays]").nth(1).click()
    visitor.until(visitor.playing, "it plays")
    while visitor.playing():
        frames.append(visitor.canvas())
        clocks.append(visitor.sound_clock())
        places.append(visitor.playhead())
        page.wait_for_timeout(150)
    facts = {"clock": clocks[-1] - clocks[0], "first": places[0], "last": visitor.playhead(), "loudest": visitor.loudest()}
    return facts, frames


def previews(visitor: Visitor, story: Story) -> dict[str, tuple[int, Planes]]:
    """Some frames, as the player shows them at rest."""
    tick, found = frame_ticks(story.timeline.canvas.frame_rate), {}
    for name, index in interesting(story).items():
        visitor.seek(index * tick)
        picture = visitor.rested_canvas(index * tick)
        found[name] = (index, planes_from_rgb(picture[: picture.shape[0] & ~1, : picture.shape[1] & ~1]))
    return found


def interesting(story: Story) -> dict[str, int]:
    """The index of a frame with an open mouth, one with a caption and title, and one in the middle of the crossfade."""
    rate = story.timeline.canvas.frame_rate
    middle = story.timeline.scenes[1].range.start * rate // TICKS_PER_SECOND
    open_mouth = max(story.visemes("aa"), key=lambda stretch: stretch[1] - stretch[0])
    cue = story.timeline.cues[0].range
    return {
        "presenter": int(sum(open_mouth) / 2 * rate),
        "caption": (cue.start + cue.duration // 2) * rate // TICKS_PER_SECOND,
        "transition": middle,
    }


# While it was made.


def test_a_scene_plays_with_sound_and_moving_pictures_and_stops_at_its_end(journey: Journey):
    scene, tick = journey.story.timeline.scenes[1].range, frame_ticks(journey.story.timeline.canvas.frame_rate)
    different = sum(not np.array_equal(one, other) for one, other in zip(journey.scene_frames, journey.scene_frames[1:], strict=False))

    assert scene.start <= journey.heard["first"] < scene.start + scene.duration // 2
    assert abs(journey.heard["last"] - (scene.end - tick)) <= tick
    assert journey.heard["clock"] > 0.5 * scene.duration / TICKS_PER_SECOND
    assert journey.heard["loudest"] > 0.05
    assert different > len(journey.scene_frames) // 2


def test_the_document_holds_what_was_done_on_the_page(journey: Journey):
    document, way = journey.story.document, journey.way
    blocks = [block for scene in document.scenes for block in scene.blocks]
    texts = [layer.content.texts for layer in document.scenes[0].layers if layer.content.kind == "text"]

    assert blocks[0].texts[way.language].text.endswith(way.added)
    assert {block.voices[way.language] for block in blocks} == {way.voice}
    assert texts == [{way.language: way.title}]
    assert document.scenes[0].background.colour == "#274060"
    assert document.tracks[0].layers[0].content.asset == f"music:{way.music}"


def test_what_the_preview_showed_is_what_the_film_shows(journey: Journey):
    for name, (index, shown) in journey.previews.items():
        exported, previewed = shrunk(journey.film.luma(index), shown.width_px, shown.height_px), shown.y.astype(np.float64)
        assert ssim(previewed, exported) >= 0.97, name
        if name == "presenter":
            scale = shown.width_px / journey.film.size_px[0]
            left, top, right, bottom = (round(side * scale) for side in journey.watcher.face_box)
            assert ssim(previewed[top:bottom, left:right], exported[top:bottom, left:right]) >= 0.97


# The film.


def test_the_film_is_as_long_as_the_document(journey: Journey):
    film, story = journey.film, journey.story
    assert film.frame_rate == story.timeline.canvas.frame_rate
    assert len(film.frames) == story.program.frame_count
    assert abs(film.seconds - story.seconds) <= 1 / film.frame_rate
    assert film.size_px == story.program.size_px


def test_words_after_a_pause_begin_when_the_timeline_says(journey: Journey):
    found = [(word, at, onset(journey.film.sound, at)) for word, at in journey.story.words_after_rest()]
    near = [abs(heard - at) <= 0.06 for _, at, heard in found if heard is not None]

    assert lag_s(journey.film.sound, journey.story.sound)[0] == pytest.approx(0, abs=0.005)
    assert len(found) >= 3
    assert sum(near) >= 0.8 * len(found), found


def test_lips_meet_on_p_b_and_m(journey: Journey):
    closures = list(journey.story.visemes("PP"))
    met = [min(mouth.gap for mouth in journey.watcher.mouths(around(journey.film, stretch))) < SHUT for stretch in closures]

    assert len(closures) >= 5
    assert sum(met) >= 0.9 * len(met)


def test_the_mouth_opens_on_a_is_wide_on_ee_and_narrow_on_oo(journey: Journey):
    wide, narrow, opened = (
        [mouth for stretch in journey.story.visemes(shape) for mouth in journey.watcher.mouths(within(journey.film, stretch))]
        for shape in ("ih", "ou", "aa")
    )

    assert np.median([mouth.width for mouth in wide]) > 1.15 * np.median([mouth.width for mouth in narrow])
    assert max(mouth.gap for mouth in opened) > 0.12


def test_the_mouth_rests_while_nothing_is_said(journey: Journey):
    rests = [(start + 0.08, end - 0.02) for start, end in journey.story.rests() if end - start > 0.15]
    mouths = [mouth for stretch in rests for mouth in journey.watcher.mouths(within(journey.film, stretch))]

    assert len(mouths) >= 4
    assert max(mouth.gap for mouth in mouths) < SHUT
    assert np.ptp([mouth.width for mouth in mouths]) < 0.05


def test_captions_on_the_frames_are_the_cue_list(journey: Journey):
    cues = journey.story.timeline.cues
    assert len(cues) >= 3
    for cue in cues:
        index = (cue.range.start + cue.range.duration // 2) * int(journey.film.frame_rate) // TICKS_PER_SECOND
        likeness = {other.id: caption_likeness(journey, index, other) for other in cues}
        assert likeness[cue.id] > 0.9, (cue.text, likeness)
        assert max(likeness, key=likeness.__getitem__) == cue.id or same_words(cues, cue), likeness


def caption_likeness(journey: Journey, index: int, cue: Cue) -> float:
    """How surely the words of a cue stand in a frame."""
    style, (width, height) = journey.story.timeline.captions, journey.film.size_px
    box = round(style.width * width / 20_000) * 2
    raster = text_raster(cue.text, style.style, box_width_px=box, short_side_px=min(width, height), language=journey.way.language)
    left, top = (width - raster.width_px) // 2, round(style.y * height / 10_000 - raster.height_px / 2)
    return shows(journey.film.luma(index), raster, left, top)


def same_words(cues: tuple[Cue, ...], cue: Cue) -> bool:
    return sum(other.text == cue.text for other in cues) > 1


def test_the_mark_of_machine_made_pictures_stands_in_the_first_seconds(journey: Journey):
    width, height = journey.film.size_px
    text, short_side = label_for(journey.way.language), min(width, height)
    raster = text_raster(
        text, LABEL_STYLE, box_width_px=round(LABEL_WIDTH * width) // 2 * 2, short_side_px=short_side, language=journey.way.language
    )
    margin = short_side * 3 // 100
    likeness = [shows(journey.film.luma(journey.film.index_at(at)), raster, margin, margin) for at in (0, 0.5, 1, 1.5, 2)]

    assert min(likeness) > 0.9
    assert letters_high(raster) >= 0.05 * short_side


def letters_high(raster: Planes) -> int:
    """Rows that the letters reach over, without their plate."""
    rows = (raster.y > 180).any(1).nonzero()[0]
    return int(np.ptp(rows)) + 1


def test_the_file_says_that_it_is_machine_made_and_by_whom(journey: Journey, stack: Stack):
    report = inspect(journey.files[".mp4"], Authority(stack.home / "authority"))
    assert report.aigc is not None
    assert (report.aigc["Label"], report.aigc["ContentProducer"]) == ("1", "Piying")
    assert (report.c2pa, report.trusted, report.problems) == ("valid", True, ())


def test_caption_files_are_the_cue_list(journey: Journey):
    cues = journey.story.timeline.cues
    assert journey.files[".srt"].read_text("utf-8") == captions.srt(cues)
    assert journey.files[".vtt"].read_text("utf-8") == captions.vtt(cues)


def around(film: Film, stretch: Stretch) -> list[int]:
    """The frames of a stretch, and up to 40 ms before and after it."""
    return within(film, (stretch[0] - NEAR_S, stretch[1] + NEAR_S))


def within(film: Film, stretch: Stretch) -> list[int]:
    """The frames that begin in a stretch; at least one."""
    first = int(np.ceil(max(0.0, stretch[0]) * film.frame_rate - 1e-6))
    last = min(len(film.frames) - 1, int(np.floor(stretch[1] * film.frame_rate + 1e-6)))
    return list(range(first, last + 1)) or [film.index_at(stretch[0])]
