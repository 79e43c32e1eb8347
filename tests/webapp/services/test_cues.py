"""Captions by hand: what is changed of one shows, is told, and is taken back."""

import pytest

from render.errors import EditRefused
from render.presets.voices import SPEECH_ENGINE
from render.timeline.document import Block, BlockText, Canvas, Document, Scene, Variant
from render.timeline.edits import SpliceText, apply
from render.timeline.resolve import resolve
from render.timeline.styles import CaptionPlace, CaptionStyle
from render.timeline.voicing import link
from webapp.errors import Invalid, NotFound
from webapp.services import cues, shapes

WORDS = " A bottle for hot days. It keeps the cold for a day and a night."


class Ad:
    """A document of one passage, and its captions."""

    def __init__(self):
        block = Block(id="b", texts={"en": BlockText(text=WORDS)})
        self.document = Document(language="en", scenes=(Scene(id="s", blocks=(block,)),))

    @property
    def timeline(self):
        return resolve(self.document, link(self.document, "en", SPEECH_ENGINE, {}))

    def lines(self):
        return cues.lines(self.document, self.timeline, "s")

    def spots(self, shape=""):
        document = shapes.seen(self.document, shape)
        return cues.spots(document, resolve(document, link(document, "en", SPEECH_ENGINE, {})), "s")

    def shown(self):
        return [cue.text for cue in self.timeline.cues]

    def caption(self, number):
        return cues.find(self.document, self.timeline, "b", self.lines()[number].at)

    def change(self, make, number, *values, **named):
        self.document, inverse = apply(self.document, make(self.caption(number), *values, **named))
        return inverse


@pytest.fixture
def ad():
    return Ad()


def test_a_caption_shows_other_words_and_what_is_said_stays(ad):
    before = ad.document
    undo = ad.change(cues.shown_as, 0, "  Cool   water, all day ")
    assert ad.shown()[0] == "Cool water, all day"
    assert ad.document.scenes[0].blocks[0].texts["en"].text == WORDS
    assert (ad.lines()[0].own, ad.lines()[0].splits, ad.lines()[1].own) == (True, False, False)
    assert apply(ad.document, undo).document == before


def test_the_own_words_of_a_caption_change_nothing_of_it(ad):
    ad.change(cues.shown_as, 0, "Other words")
    ad.change(cues.shown_as, 0, "A bottle for hot days.")
    assert not ad.lines()[0].own
    assert ad.document.scenes[0].blocks[0].texts["en"].captions == ()


def test_a_hidden_caption_is_listed_and_comes_back(ad):
    ad.change(cues.hidden, 0, hide=True)
    assert ad.shown()[0] == ""
    assert (ad.lines()[0].hidden, ad.lines()[0].text) == (True, "A bottle for hot days.")
    ad.change(cues.hidden, 0, hide=False)
    assert ad.shown()[0] == "A bottle for hot days."


def test_a_caption_is_parted_and_joined_again(ad):
    before = ad.shown()
    ad.change(cues.split, 0, len("A bottle"))
    assert ad.shown()[:2] == ["A bottle", "for hot days."]
    ad.change(cues.joined, 1)
    assert ad.shown() == before
    ad.change(cues.joined, 1)
    assert ad.shown()[0].startswith("A bottle for hot days. It keeps")


def test_nothing_is_parted_into_nothing_and_the_first_joins_nothing(ad):
    for make, values in ((cues.split, [0]), (cues.split, [500]), (cues.joined, [])):
        with pytest.raises(EditRefused):
            make(ad.caption(0), *values)
    with pytest.raises(EditRefused):
        cues.find(ad.document, ad.timeline, "b", 3)


def test_a_caption_is_moved_in_time_and_made_larger(ad):
    ad.change(cues.timed, 0, "at", 60_000)
    ad.change(cues.timed, 0, "duration", 120_000)
    ad.change(cues.sized, 0, 900)
    line = ad.lines()[0]
    assert (line.start, line.duration, line.size) == (60_000, 120_000, 900)
    ad.change(cues.sized, 0, 0)
    assert ad.lines()[0].size is None
    with pytest.raises(Invalid):
        cues.timed(ad.caption(0), "at", -1)


def test_everything_changed_of_a_caption_is_taken_back_at_once(ad):
    before = ad.shown()
    ad.change(cues.shown_as, 0, "Other")
    ad.change(cues.timed, 0, "at", 60_000)
    ad.change(cues.reset, 0)
    assert ad.shown() == before
    assert not ad.lines()[0].own


def test_what_is_changed_goes_along_with_its_words(ad):
    ad.change(cues.hidden, 1, hide=True)
    ad.document = apply(ad.document, SpliceText(block="b", language="en", at=0, insert="Look here. ")).document
    assert [line.hidden for line in ad.lines() if line.text.startswith("It keeps")] == [True]


def test_a_caption_stands_at_a_place_of_its_own_and_goes_back_to_the_others(ad):
    before = ad.document
    undo = ad.change(cues.moved, 1, CaptionPlace(x=3_000, y=2_000), size=820)
    assert [(spot.x, spot.y, spot.size, spot.own) for spot in ad.spots()] == [(5_000, 8_300, 520, False), (3_000, 2_000, 820, True)]
    assert ad.lines()[1].own
    ad.change(cues.moved, 1, None)
    assert [(spot.y, spot.size) for spot in ad.spots()] == [(8_300, 520), (8_300, 820)]
    assert apply(apply(before, cues.moved(Ad().caption(1), CaptionPlace(x=1, y=2))).document, undo).document == before


def test_hidden_captions_and_captions_switched_off_stand_nowhere(ad):
    ad.change(cues.hidden, 0, hide=True)
    assert [spot.text for spot in ad.spots()] == ["It keeps the cold for a day and a night."]
    ad.document = ad.document.model_copy(update={"captions": CaptionStyle(visible=False)})
    assert ad.spots() == ()
    with pytest.raises(NotFound):
        cues.spots(ad.document, ad.timeline, "gone")


def test_in_a_shape_a_caption_is_moved_for_that_shape_alone_and_hangs_on_one_mark(ad):
    ad.document = ad.document.model_copy(update={"variants": (Variant(id="wide", canvas=Canvas(width_px=1_920, height_px=1_080)),)})
    for y in (2_000, 2_500):
        ad.change(cues.moved, 0, CaptionPlace(x=5_000, y=y), shape="wide")
    assert ad.spots()[0].y == 8_300
    assert [spot.y for spot in ad.spots("wide")] == [2_500, 8_300]
    assert len(ad.document.scenes[0].blocks[0].texts["en"].marks) == 1
    assert [(own.kind, own.name[:8]) for own in shapes.owned(ad.document, "wide")] == [("caption", "A bottle")]
    ad.change(cues.moved, 0, None, shape="wide")
    assert shapes.owned(ad.document, "wide") == ()
    with pytest.raises(EditRefused, match="target-gone"):
        ad.change(cues.moved, 0, None, shape="gone")
