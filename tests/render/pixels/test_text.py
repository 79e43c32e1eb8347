"""Words on the picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.pixels import fonts
from render.pixels.runs import clusters, plain, runs
from render.pixels.text import HEIGHT_MAX, Lit, text_layout, text_raster
from render.timeline.styles import CaptionStyle, Gradient, TextStyle

BARE = TextStyle(stroke_width=0)
STRICT_STARTS = "，。！？、；：）》」』】ぁぃぅぇぉっゃゅょー々"
STRICT_ENDS = "（《「『【"


def raster(text: str, style: TextStyle = BARE, *, width: int = 400, side: int = 540, language: str = "zh"):
    return text_raster(text, style, box_width_px=width, short_side_px=side, language=language)


def lines(text: str, style: TextStyle = BARE, *, width: int = 400, side: int = 540, language: str = "zh") -> list[str]:
    layout = text_layout(text, style, box_width_px=width, short_side_px=side, language=language)
    return [text[line.start : line.end] for line in layout.lines]


def inked_rows(planes) -> list[int]:
    return np.flatnonzero(planes.a.max(axis=1)).tolist()


def test_while_a_line_is_typed_the_others_are_neither_drawn_again_nor_changed() -> None:
    outlined = TextStyle(stroke_width=60)
    one = raster("a line that stands\nwords", outlined)
    drawn = fonts.drawn.cache_info().misses

    two = raster("a line that stands\nwords!", outlined)

    assert fonts.drawn.cache_info().misses - drawn == 2  # letters and outline of one line
    upper = one.height_px // 2 - 4
    assert np.array_equal(one.a[:upper], two.a[:upper])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "你好，世界！限时5折 $9.9"),
        ("zh-Hant", "臺灣繁體：「優惠」"),
        ("ja", "ひらがなカタカナ漢字"),
        ("ko", "한국어 문장"),
        ("th", "ที่นี่มีน้ำ ฿299"),
        ("en", "Café “quoted” — €5 …"),
    ],
)
def test_every_language_has_a_glyph_for_its_letters(language, text):
    shown = "".join(run.text for run in runs(text, fonts.chain(language)))
    assert shown == text
    assert all(fonts.covers(run.face, letter) for run in runs(text, fonts.chain(language)) for letter in run.text)


def test_the_language_picks_the_shape_of_a_character():
    shapes = [raster("骨", language=language).a for language in ("zh", "zh-Hant", "ja")]
    assert not np.array_equal(shapes[0], shapes[1])
    assert not np.array_equal(shapes[0], shapes[2])


def test_a_mixed_line_takes_each_script_from_a_face_that_has_it():
    faces = {run.face for run in runs("iPhone手机ราคา 50%", fonts.chain("en"))}
    assert faces == {fonts.SANS, fonts.SIMPLIFIED, fonts.THAI}


def test_thai_marks_stack_instead_of_standing_side_by_side():
    """SARA II and MAI EK over one consonant: no wider, and each mark higher than what is under it."""
    tops = [inked_rows(raster(text, language="th", width=200))[0] for text in ("กก", "กี", "กี่")]
    bare = raster("กก", language="th", width=200)
    stacked = raster("กี่ก", language="th", width=200)
    columns = [np.count_nonzero(planes.a.max(axis=0)) for planes in (bare, stacked)]
    assert abs(int(columns[0]) - int(columns[1])) <= 3
    baseline = [
        text_layout(text, BARE, box_width_px=200, short_side_px=540, language="th").lines[0].baseline_px for text in ("กก", "กี", "กี่")
    ]
    heights = [base - top for base, top in zip(baseline, tops, strict=True)]
    assert heights[0] + 4 < heights[1] < heights[2] - 4


@pytest.mark.parametrize(("language", "text"), [("th", "ปี้ป๊ฎุญู่ ผู้ใหญ่"), ("en", "ÁÊgjpqyÑỆ"), ("zh", "國龜gjÁ，"), ("ar", "مرحبا بالعالم")])
def test_no_stack_or_tail_is_cut_off(language, text):
    rows = inked_rows(raster(text, TextStyle(size=1200), width=1200, language=language))
    planes = raster(text, TextStyle(size=1200), width=1200, language=language)
    assert rows[0] >= 1
    assert rows[-1] <= planes.height_px - 2


def test_chinese_lines_keep_their_punctuation_where_it_belongs():
    text = "今天，我们（一起）去买《东西》吧！限时五折、满减、包邮：机会难得，不要错过。"
    for width in range(120, 420, 20):
        for line in lines(text, width=width):
            assert line[0] not in STRICT_STARTS
            assert line[-1] not in STRICT_ENDS


def test_japanese_lines_do_not_start_with_a_small_kana():
    for width in range(140, 340, 12):
        assert all(line[0] not in STRICT_STARTS for line in lines("ちょっとまってきゃっきゃっといった", width=width, language="ja"))


def test_thai_lines_break_between_words():
    words = {"สวัสดี", "ครับ", "วัน", "นี้", "เรา", "จะ", "ไป", "ซื้อ", "ของ", "กัน"}
    shown = lines("สวัสดีครับวันนี้เราจะไปซื้อของกัน", width=160, language="th")
    assert len(shown) > 1
    for line in shown:
        rest = line
        while rest:
            word = max((each for each in words if rest.startswith(each)), key=len, default="")
            assert word, line
            rest = rest[len(word) :]


def test_a_thai_loanword_stays_whole_and_so_does_what_follows_it():
    for width in range(200, 420, 20):
        shown = lines("เรามีโปรโมชั่นพิเศษสำหรับคุณ", width=width, language="th")
        assert all(sum(word in line for line in shown) == 1 for word in ("โปรโมชั่น", "พิเศษ", "สำหรับ"))


def test_no_character_is_left_alone_on_the_last_line():
    for length in range(9, 60):
        shown = lines(("温和不刺激敏感肌也能放心使用" * 5)[:length], width=400)
        assert len(shown) == 1 or len(shown[-1]) >= 3


def test_two_lines_are_about_as_long():
    one, two = lines("Meet the all new water filter for your home", width=500, language="en")
    assert abs(len(one) - len(two)) <= 10


def test_a_line_is_not_broken_inside_a_hyphenated_word_if_another_way_fits():
    shown = lines("Meet the all-new AquaPure 3000: cleaner water in 30 seconds", width=480, language="en")
    assert all(not line.endswith("-") for line in shown)


@pytest.mark.parametrize("align", ["left", "centre", "right"])
@pytest.mark.parametrize("text", ["短", "https://example.com/" + "long" * 30, "这款洁面乳采用氨基酸配方温和不刺激", "ครีมกันแดดราคาเพียง"])
def test_lines_stay_inside_the_box(align, text):
    style = TextStyle(stroke_width=90, align=align)
    layout = text_layout(text, style, box_width_px=300, short_side_px=540, language="zh")
    planes = raster(text, style, width=300)
    assert planes.width_px == 300
    assert all(line.left_px >= 0 and line.left_px + line.width_px <= 300 for line in layout.lines)
    assert int(planes.a[:, 0].max()) == int(planes.a[:, -1].max()) == 0


def test_alignment_moves_the_ink():
    def centre(align: str) -> float:
        columns = np.flatnonzero(raster("你好", TextStyle(align=align)).a.max(axis=0))
        return float(columns.mean())

    assert centre("left") < 80
    assert 180 < centre("centre") < 220
    assert centre("right") > 320


def test_the_lines_hold_every_character_once_and_in_order():
    text = "Hello 世界, ราคา 29,900!\nSecond line 第二行 which is long enough to break"
    layout = text_layout(text, BARE, box_width_px=260, short_side_px=540, language="en")
    assert "".join(text[line.start : line.end] for line in layout.lines) == text.replace("\n", "")


def test_an_outline_grows_the_letters_and_has_its_own_colour():
    style = TextStyle(stroke_width=120, stroke="#000000", colour="#ffffff")
    plain_ink, outlined = raster("国"), raster("国", style)
    assert int((outlined.a > 128).sum()) > 1.2 * int((plain_ink.a > 128).sum())
    edge = outlined.y[outlined.a == 255]
    assert int(edge.min()) == 16
    assert int(edge.max()) == 235


def test_a_box_lies_behind_the_words_as_opaque_as_it_was_asked():
    planes = raster("你好", TextStyle(stroke_width=0, box="#000000", box_opacity=500))
    middle = planes.a[planes.height_px // 2]
    assert int(middle.max()) == 255
    assert 127 <= int(planes.a[4, planes.width_px // 2]) <= 128
    assert int(middle[0]) == 0


def test_a_greater_weight_is_blacker():
    ink = [int(raster("国a", TextStyle(stroke_width=0, weight=weight)).a.sum()) for weight in (400, 500, 700, 900)]
    assert ink == sorted(set(ink))


def test_the_size_follows_the_shorter_side():
    small, large = (inked_rows(raster("国", side=side, width=400)) for side in (540, 1080))
    assert (large[-1] - large[0]) / (small[-1] - small[0]) == pytest.approx(2, rel=0.06)


def test_markup_is_shown_as_it_is_written():
    text = "{{ x }} <b>&amp;</b> 50% off"
    assert "".join(run.text for run in runs(text, fonts.chain("en"))) == text


def test_arabic_is_shaped_and_runs_from_the_right():
    drawn = runs("مرحبا 123 hello", fonts.chain("en"))
    assert drawn[0].text.strip() == "hello"
    assert drawn[-1].right_to_left
    joined, single = (np.count_nonzero(raster(text, language="en").a) for text in ("ببب", "ب ب ب"))
    assert joined != single


def test_what_no_face_has_is_boxed_or_left_out():
    assert "".join(run.text for run in runs(plain("a😀b"), fonts.chain("zh"))) == "ab"
    assert "".join(run.text for run in runs(plain("aᚠb"), fonts.chain("zh"))) == "a□b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\ud800",
        "\x00\x1b[31m",
        "\u202egnp",
        "😀👨\u200d👩\u200d👧",
        "\u0e48\u0e35",
        "\u200d",
        "a\u0301" * 200,
        "שלום עולם 12",
        "\t a \r\n b \r c",
        "\ufeff",
        "\U000e0041",
        "ｆｕｌｌ",
    ],
)
def test_strange_text_is_drawn_without_complaint(text):
    for language in ("zh", "th"):
        planes = raster(text, TextStyle(box="#000000"), language=language, width=120)
        assert planes.width_px == 120
        assert planes.height_px % 2 == 0
        assert planes.height_px >= 2


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=40), width=st.sampled_from([2, 40, 200]), language=st.sampled_from(["zh", "zh-Hant", "en", "th", "xx"]))
def test_any_text_is_drawn_within_its_box(text, width, language):
    planes = raster(text, TextStyle(size=700), width=width, side=240, language=language)
    assert planes.width_px == width
    assert (planes.y.shape[0] // 2, width // 2) == tuple(planes.u.shape)


def test_two_thousand_huge_characters_stop_at_a_bounded_height():
    planes = raster("国" * 2000, TextStyle(size=4000), width=400, side=240)
    assert planes.height_px <= HEIGHT_MAX * 240 + 2


def test_two_thousand_words_are_broken_in_one_go():
    assert len(lines("word 字 " * 280, width=500, language="en")) > 20


def test_the_same_words_are_drawn_once():
    assert raster("缓存") is raster("缓存")
    assert raster("缓存") is not raster("缓存", TextStyle(size=700))


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "#ff5a36"},
        {"stroke": "#00aa00"},
        {"gradient": Gradient(colours=("#ff0000", "#0000ff"))},
        {"box": "#202020"},
        {"box": "#404040", "box_radius": 900, "box_opacity": 300},
        {"shadow": "#101010", "shadow_opacity": 900},
        {"shadow": "#303030", "shadow_x": 300},
        {"align": "left"},
        {"line_height": 1_400},
        {"stroke_width": 90},
        {"weight": 400},
    ],
    ids=str,
)
def test_words_in_another_style_look_as_if_they_had_never_been_drawn_before(change):
    words, side = f"新年快乐 {change}", 300
    before, after = TextStyle(stroke_width=60), TextStyle(**{"stroke_width": 60} | change)
    raster(words, before, side=side)
    warm = raster(words, after, side=side)
    cold = raster(words, after, side=side, language="zh-Hans")

    assert cold is not warm
    assert all(np.array_equal(getattr(warm, plane), getattr(cold, plane)) for plane in "yuva")


def test_words_stand_at_the_same_place_at_every_size():
    style = CaptionStyle().style

    def from_the_middle(short_side_px: int) -> float:
        layout = text_layout("你好，world", style, box_width_px=short_side_px, short_side_px=short_side_px, language="zh")
        return (layout.lines[0].baseline_px - layout.height_px / 2) / short_side_px

    assert [from_the_middle(side) for side in (240, 360, 540, 720)] == pytest.approx([from_the_middle(1080)] * 4, abs=1e-4)


def styled(text="福 Fo\n茶 ch", language="zh", lit=None, **style):
    plain_style = {"size": 2_000, "stroke_width": 0}
    return text_raster(text, TextStyle(**plain_style | style), box_width_px=400, short_side_px=400, language=language, lit=lit)


def test_a_shadow_lies_beside_its_letters_and_a_soft_one_reaches_further():
    bare, hard, soft = styled(), styled(shadow="#000000", shadow_blur=0, shadow_x=100), styled(shadow="#000000", shadow_blur=100)
    assert int((hard.a > 0).sum()) > int((bare.a > 0).sum())
    assert int((soft.a > 0).sum()) > int((hard.a > 0).sum())
    assert int(hard.a.max()) == 255


def test_a_shadow_outside_of_a_box_leaves_the_box_as_it_is():
    boxed = styled(box="#ff0000", box_padding_y=0)
    shadowed = styled(box="#ff0000", box_padding_y=0, shadow="#000000", shadow_blur=200)
    rows = [int((picture.a > 100).any(axis=1).sum()) for picture in (boxed, shadowed)]
    assert abs(rows[0] - rows[1]) <= 4


def test_a_box_is_as_wide_and_as_round_as_it_is_told():
    narrow, wide = styled(box="#ff0000", box_padding_x=0), styled(box="#ff0000", box_padding_x=600)
    assert int((wide.a > 0).any(axis=0).sum()) > int((narrow.a > 0).any(axis=0).sum()) + 40
    sharp, round_one = (styled(box="#ff0000", box_opacity=1_000, box_radius=radius) for radius in (0, 1_000))
    assert int((sharp.a > 0).sum()) > int((round_one.a > 0).sum())


def test_a_gradient_runs_through_the_letters():
    falling = styled(gradient=Gradient(colours=("#ffffff", "#000000")))
    inked = np.nonzero(falling.a == 255)[0]
    top, bottom = int(inked.min()), int(inked.max())
    above = falling.y[top : top + 30][falling.a[top : top + 30] == 255].mean()
    below = falling.y[bottom - 30 : bottom][falling.a[bottom - 30 : bottom] == 255].mean()
    assert float(above) > float(below) + 100
    assert int(styled("", gradient=Gradient()).a.sum()) == 0


def test_letters_and_lines_stand_apart_as_they_are_told():
    usual, loose, tight = (styled(letter_spacing=spacing, line_height=height) for spacing, height in ((0, 1_000), (200, 1_500), (-60, 800)))
    assert loose.height_px > usual.height_px > tight.height_px
    widths = [int(np.ptp(np.flatnonzero((picture.a > 0).any(axis=0)))) for picture in (tight, usual, loose)]
    assert widths == sorted(widths)


def test_marks_stay_with_their_letter_when_letters_stand_apart():
    assert clusters("น้ำใจ") == ["น้ำ", "ใ", "จ"]
    assert clusters("") == []


def test_words_are_lit_in_their_own_line_only():
    whole = styled(lit=Lit(0, 7, "#ff0000"))
    second = styled(lit=Lit(5, 7, "#ff0000"))
    reddish = [np.flatnonzero((picture.v > 150).any(axis=1)) for picture in (whole, second)]
    assert int(reddish[1].min()) > int(reddish[0].min()) + 10
    assert np.array_equal(second.a, styled().a)
