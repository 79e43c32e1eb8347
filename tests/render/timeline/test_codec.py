import json

import pytest

from render.errors import DocumentBroken, SchemaTooNew
from render.timeline import codec
from render.timeline.document import Document, Mark
from render.timeline.upgrades import upgrade
from tests.render.timeline.documents import small


def scene(**members):
    return {"scenes": [{"id": "s", **members}]}


def test_a_document_comes_back_from_its_own_bytes():
    assert codec.read(codec.write(small())) == small()


def test_what_is_written_is_canonical():
    written = codec.write(Document(title="你好"))
    assert json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == written
    assert "你好".encode() in written


def test_text_bytes_and_mappings_read_alike():
    data = {"title": "t"}
    assert codec.read(data) == codec.read(json.dumps(data)) == codec.read(json.dumps(data).encode())


def test_equal_values_have_equal_digests_whatever_the_order_of_their_keys():
    assert codec.digest({"a": 1, "b": 2}) == codec.digest({"b": 2, "a": 1})
    assert codec.digest(Mark(id="m", at=1)) == codec.digest({"at": 1, "id": "m"}) != codec.digest(Mark(id="m", at=2))


def test_a_newer_schema_is_told_from_a_broken_document():
    with pytest.raises(SchemaTooNew) as refusal:
        codec.read({"schema_version": 2, "scenes": "something we cannot know"})
    assert refusal.value.facts["version"] == 2


@pytest.mark.parametrize("version", [0, -1, True, "1", None, 1.5])
def test_a_schema_that_never_was_is_refused(version):
    with pytest.raises(DocumentBroken) as refusal:
        codec.read({"schema_version": version})
    assert refusal.value.facts["path"] == "schema_version"


def test_upgrades_run_in_order_from_the_version_a_document_has():
    steps = {0: lambda raw: raw | {"title": raw["name"]}, 1: lambda raw: {key: raw[key] for key in raw if key != "name"}}
    assert upgrade({"schema_version": 0, "name": "n"}, steps=steps, target=2) == {"schema_version": 2, "title": "n"}
    assert upgrade({"schema_version": 1, "name": "n", "title": "t"}, steps=steps, target=2) == {"schema_version": 2, "title": "t"}


@pytest.mark.parametrize(
    ("data", "reason", "path"),
    [
        ("", "json", ""),
        (b"\xff\xfe", "json", ""),
        ("[]", "json", ""),
        ('{"title": NaN}', "json", ""),
        ("[" * 100_000, "depth", ""),
        ('{"title":' + "[" * 40 + "]" * 40 + "}", "depth", ""),
        (" " * (codec.SIZE_MAX_BYTES + 1), "size", ""),
        ('{"title": ' + "1" * 5_000 + "}", "json", ""),
        ('{"title": "\\ud800"}', "character", "title"),
        ('{"title": "a\\u0000b"}', "character", "title"),
        ('{"\\udfff": 1}', "character", ""),
        ({"scenes": [{"id": "s", "name": "\ud800"}]}, "character", "scenes[0].name"),
        ({"title": {1, 2}}, "json", ""),
        ({"surprise": 1}, "value", "surprise"),
        ({"canvas": {"frame_rate": 29}}, "value", "canvas.frame_rate"),
        ({"canvas": {"width_px": "1080"}}, "value", "canvas.width_px"),
        ({"canvas": {"width_px": 1081}}, "value", "canvas.width_px"),
        (scene(layers=[{"id": "l", "opacity": 2_000, "content": {"kind": "shape"}}]), "value", "scenes[0].layers[0].opacity"),
        (
            scene(layers=[{"id": "l", "content": {"kind": "shape", "fill": "red"}}]),
            "value",
            "scenes[0].layers[0].content.fill",
        ),
        (scene(blocks=[{"id": "s"}]), "duplicate-id", "scenes[0].blocks[0]"),
        (
            scene(blocks=[{"id": "b", "texts": {"zh": {"text": "ab", "marks": [{"id": "m", "at": 3}]}}}]),
            "mark",
            "scenes[0].blocks[0].texts.zh.marks[0]",
        ),
        (
            scene(blocks=[{"id": "b", "texts": {"zh": {"text": "ab", "marks": [{"id": "m", "at": 1}, {"id": "m", "at": 2}]}}}]),
            "mark",
            "scenes[0].blocks[0].texts.zh.marks[1]",
        ),
        (
            scene(blocks=[{"id": "b", "texts": {"zh": {"text": "ab", "pronunciations": [{"start": 1, "end": 1, "say": "x"}]}}}]),
            "pronunciation",
            "scenes[0].blocks[0].texts.zh.pronunciations[0]",
        ),
        (
            scene(
                blocks=[
                    {"id": "b1", "texts": {"zh": {"text": "ab", "marks": [{"id": "m", "at": 1}]}}},
                    {"id": "b2", "texts": {"zh": {"text": "ab", "marks": [{"id": "m", "at": 1}]}}},
                ],
            ),
            "duplicate-id",
            "scenes[0].blocks[1].marks.m",
        ),
        ({"tracks": [{"id": "t", "layers": [{"id": "t", "content": {"kind": "shape"}}]}]}, "duplicate-id", "tracks[0].layers[0]"),
    ],
)
def test_a_broken_document_is_refused_with_the_place(data, reason, path):
    with pytest.raises(DocumentBroken) as refusal:
        codec.read(data)
    assert (refusal.value.reason, refusal.value.facts["path"]) == (reason, path)


def test_the_languages_of_a_block_share_a_mark():
    marked = {"text": "ab", "marks": [{"id": "m", "at": 1}]}
    assert codec.read(scene(blocks=[{"id": "b", "texts": {"zh": marked, "en": marked}}])).scenes[0].blocks[0].texts["en"].marks


def test_words_that_look_like_code_stay_words():
    text = "50% off {{ 7*7 }} <script>alert(1)</script> \u202eمرحبا 👩‍👩‍👧"
    read = codec.read(codec.write(codec.read({"title": text})))
    assert read.title == text


def test_a_written_escape_is_not_the_character():
    assert codec.read({"title": r"\u0000 \ud800"}).title == r"\u0000 \ud800"


def test_the_schema_describes_the_document():
    schema = codec.json_schema()
    assert schema["properties"]["schema_version"]["const"] == 1
    assert "PresenterContent" in schema["$defs"]
