"""Documents to test with: a small one by hand, and hypothesis strategies for any others and for edits to them."""

from hypothesis import strategies as st

from render.timeline import codec
from render.timeline.document import Document
from render.timeline.edits import Edit, Group, InsertItem, MoveItem, RemoveItem, SetField, SpliceText

CHARACTERS = "ab 1。，你好界ก่👍\n"
TEXT = st.text(CHARACTERS, max_size=12)
LANGUAGES = st.sampled_from(["zh", "en"])


def small() -> Document:
    """Two scenes, three blocks, marks and pronunciations, a presenter, a title and a music track."""
    return codec.read(
        {
            "language": "zh",
            "scenes": [
                {
                    "id": "s1",
                    "blocks": [
                        {
                            "id": "b1",
                            "texts": {
                                "zh": {
                                    "text": "你好，世界。重庆火锅",
                                    "marks": [{"id": "m1", "at": 3}, {"id": "m2", "at": 6}],
                                    "pronunciations": [{"start": 6, "end": 8, "say": "chong2 qing4"}],
                                },
                                "en": {"text": "Hello, world."},
                            },
                        },
                        {"id": "b2", "texts": {"zh": {"text": "第二段"}}},
                    ],
                    "layers": [
                        {"id": "l1", "content": {"kind": "presenter", "presenter": "lin"}},
                        {"id": "l2", "lane": 20, "content": {"kind": "text", "texts": {"zh": "标题"}}},
                    ],
                    "transition": {"kind": "crossfade"},
                },
                {"id": "s2", "blocks": [{"id": "b3", "texts": {"zh": {"text": "再见"}}}]},
            ],
            "tracks": [{"id": "t1", "kind": "audio", "layers": [{"id": "l3", "content": {"kind": "audio", "asset": "music:calm"}}]}],
        },
    )


CONTENTS = st.sampled_from(
    [
        {"kind": "shape"},
        {"kind": "video", "asset": "a" * 64, "source_start": 48_000, "speed": 1_500, "fade_in": 480},
        {"kind": "image", "asset": "b" * 64, "zoom": {"from_scale": 1_000, "to_scale": 1_500}},
        {"kind": "audio", "asset": "music:calm"},
    ],
)
SWITCHES = st.fixed_dictionaries(
    {"hidden": st.booleans(), "muted": st.booleans(), "locked": st.just(False) | st.booleans()},
    optional={"keyframes": st.just([{"property": "x", "at": at, "value": at // 100} for at in (0, 300_000)])},
)


@st.composite
def texts(draw, names):
    """A block's text with marks inside it and pronunciations in order."""
    text = draw(TEXT)
    places = sorted(draw(st.lists(st.integers(0, len(text)), unique=True, max_size=4)))
    said = [{"start": start, "end": end, "say": "x"} for start, end in zip(places[::2], places[1::2], strict=False)]
    marks = [{"id": name, "at": draw(st.integers(0, len(text)))} for name in names]
    captions = [{"mark": name, "cut": draw(st.sampled_from(["", "split", "join"])), "at": draw(st.none() | st.just(9))} for name in names]
    return {"text": text, "marks": draw(st.permutations(marks)), "pronunciations": said, "captions": captions}


@st.composite
def documents(draw):
    """Up to three scenes of up to two blocks and two layers, and a track that may be locked."""
    scenes = []
    for number in range(draw(st.integers(1, 3))):
        blocks = [
            {
                "id": f"b{number}{place}",
                "texts": {language: draw(texts([f"m{number}{place}"])) for language in draw(st.sets(LANGUAGES))},
                "pause_after": draw(st.integers(0, 100_000)),
                "rate": draw(st.sampled_from([500, 1_000, 1_730])),
            }
            for place in range(draw(st.integers(0, 2)))
        ]
        layers = [
            {"id": f"l{number}{place}", "lane": draw(st.integers(0, 3)), "span": draw(spans()), "content": draw(CONTENTS)} | draw(SWITCHES)
            for place in range(draw(st.integers(0, 2)))
        ]
        rule = {"kind": draw(st.sampled_from(["script", "media", "fixed"])), "fixed": draw(st.integers(0, 10**6))}
        transition = {"kind": draw(st.sampled_from(["cut", "crossfade", "wipe", "flip"])), "duration": draw(st.integers(0, 10**6))}
        scenes.append({"id": f"s{number}", "blocks": blocks, "layers": layers, "duration": rule, "transition": transition})
    track = {"id": "t0", "locked": draw(st.booleans()), "solo": draw(st.booleans()), "layers": [{"id": "l99", "content": draw(CONTENTS)}]}
    rate = draw(st.sampled_from([24, 25, 30, 50, 60]))
    looks = {"l00": {"opacity": 1}, "b00": {"text": "新"}, "l99": {"transform": {"x": 7}, "hidden": False}}
    overrides = {name: looks[name] for name in sorted(draw(st.sets(st.sampled_from(sorted(looks)))))}
    variants = [{"id": "v0", "canvas": {"width_px": 640, "height_px": 360}, "overrides": overrides}]
    return codec.read({"canvas": {"frame_rate": rate}, "scenes": scenes, "tracks": [track], "variants": variants})


@st.composite
def spans(draw):
    """Anchors of every kind, also to what is not there."""
    kinds = ["scene-start", "scene-end", "block-start", "block-end", "mark", "project"]
    names = ["", "s0", "s1", "b00", "b10", "m00", "nobody"]
    return {
        edge: {
            "kind": draw(st.sampled_from(kinds)),
            "of": draw(st.sampled_from(names)),
            "offset": draw(st.integers(-500_000, 500_000)),
        }
        for edge in ("start", "end")
    }


IDS = st.sampled_from(["s0", "s1", "s2", "b00", "b01", "b10", "l00", "l10", "t0", "v0", "l99", "n1", "n2", "document"])
AFTER = st.one_of(st.just(""), IDS)
FIELDS = st.sampled_from(
    [
        ("document", "title", "t"),
        ("document", "canvas.width_px", 720),
        ("s0", "transition.kind", "cut"),
        ("s1", "background.colour", "#000000"),
        ("b00", "rate", 900),
        ("b00", "voices.zh", "zf_xiaoyi"),
        ("b00", "texts.zh", None),
        ("b00", "texts.zh", {"text": "新的"}),
        ("b00", "texts.zh.marks", [{"id": "m9", "at": 1}]),
        ("b00", "texts.zh.pronunciations", []),
        ("l00", "transform.x", 1),
        ("l00", "transform", {"y": 9}),
        ("l00", "keyframes", [{"property": "x", "at": 0, "value": 1}]),
        ("t0", "locked", True),
        ("t0", "locked", False),
        ("l00", "locked", True),
        ("l00", "locked", False),
        ("l00", "muted", True),
        ("t0", "solo", True),
        ("s0", "transition.direction", "up"),
        ("s0", "background.gradient", {"kind": "radial"}),
        ("b00", "recordings.zh", "d" * 64),
        ("b00", "texts.zh.captions", [{"mark": "m00", "hidden": True}]),
        ("v0", "overrides.l10", {"transform": {"x": 1}}),
        ("v0", "overrides.l00.opacity", 7),
        ("v0", "language", "en"),
        ("l99", "opacity", 10_000),
        ("s0", "id", "other"),
    ],
)
NEW_ITEMS = st.sampled_from(
    [
        ("document", "scenes", {"id": "n1", "blocks": [{"id": "n2", "texts": {"zh": {"text": "新"}}}]}),
        ("s0", "blocks", {"id": "n1", "texts": {"zh": {"text": "新", "marks": [{"id": "n3", "at": 1}]}}}),
        ("s1", "layers", {"id": "n2", "content": {"kind": "shape"}}),
        ("t0", "layers", {"id": "n2", "content": {"kind": "shape"}}),
        ("b00", "layers", {"id": "n2", "content": {"kind": "shape"}}),
        ("document", "variants", {"id": "n1", "overrides": {"l00": {"hidden": True}}}),
    ],
)


@st.composite
def splices(draw):
    """A splice that may or may not fit."""
    return SpliceText(
        block=draw(st.sampled_from(["b00", "b10", "n1"])),
        language=draw(LANGUAGES),
        at=draw(st.integers(0, 6)),
        delete=draw(st.integers(0, 4)),
        insert=draw(st.text(CHARACTERS, max_size=4)),
    )


@st.composite
def single_edits(draw) -> Edit:
    """One primitive edit."""
    kind = draw(st.integers(0, 9))
    if kind < 5:
        return draw(splices())
    if kind < 7:
        target, field, value = draw(FIELDS)
        return SetField(target=target, field=field, value=value)
    if kind == 7:
        parent, collection, item = draw(NEW_ITEMS)
        return InsertItem(parent=parent, collection=collection, after=draw(AFTER), item=item)
    if kind == 8:
        return RemoveItem(id=draw(IDS))
    return MoveItem(id=draw(IDS), parent=draw(IDS), after=draw(AFTER))


def edits() -> st.SearchStrategy[Edit]:
    """Any edit, groups too."""
    return st.one_of(single_edits(), st.lists(single_edits(), max_size=3).map(lambda members: Group(edits=tuple(members))))
