"""The track view by its routes: every gesture is one edit, its inverse is exact, and only what changed is answered."""

import json
import re
from itertools import count

import pytest

from render.timeline.document import Anchor, AudioContent, ImageContent, Keyframe, Layer, PresenterContent, Scene, Span, TextContent, Track
from render.timeline.edits import InsertItem, SetField, write_edit
from tests.bench.large_document import large_document
from tests.webapp.views.test_editor import Editor
from webapp.services import lanes, placings, projects

SECOND = 240_000


class Cutter(Editor):
    """Somebody's browser at the track view of a project."""

    looking = "tracks"

    def do(self, what, *, key="", **form):
        form = {"base": self.revision(), **form}
        headers = {"Idempotency-Key": key or next(self.ids), "X-View": self.looking}
        return self.client.post(f"{self.path}/{what}", data=form, headers=headers)

    def cut(self, verb, *clips, **form):
        answer = self.do(f"clips/{verb}", **({"clips": " ".join(clips)} if clips else {}), **form)
        assert answer.status_code == 200, answer.text
        return answer

    def make(self, parent, layer, after=""):
        return self.edit(write_edit(InsertItem(parent=parent, collection="layers", after=after, item=layer.model_dump(mode="json"))))

    def layout(self):
        with self.database.reading() as session:
            return lanes.layout(placings.of(session, self.document()))

    def place(self, clip_id):
        """Start and length of a clip in seconds, and the row it stands on."""
        clip, base = self.layout().clip(clip_id)
        return (base + clip.start) / SECOND, clip.duration / SECOND, clip.row

    def layer(self, clip_id):
        document = self.document()
        holders = (*document.scenes, *document.tracks)
        return next(layer for holder in holders for layer in holder.layers if layer.id == clip_id)

    def home(self, clip_id):
        document = self.document()
        return next(h.id for h in (*document.scenes, *document.tracks) if any(layer.id == clip_id for layer in h.layers))


def part(start_s, end_s):
    """From one second of a scene to another."""
    return Span(start=Anchor(offset=round(start_s * SECOND)), end=Anchor(kind="scene-start", offset=round(end_s * SECOND)))


@pytest.fixture
def cutter(signed_in, database, clock):
    """Two scenes of four seconds, a title and a sound in the first, a logo over both."""
    with database.transaction() as session:
        wishes = projects.Wishes(title="Cup", language="zh", presenter="mei", script="你好。\n\n再见。")
        project = projects.start(session, signed_in.tenant, wishes, clock())
    cutter = Cutter(signed_in, project.id, database, (f"id{number}" for number in count()))
    for scene in cutter.document().scenes:
        cutter.edit(write_edit(SetField(target=scene.id, field="duration", value={"kind": "fixed", "fixed": 4 * SECOND, "least": SECOND})))
    first = cutter.document().scenes[0].id
    cutter.make(first, Layer(id="title", lane=20, span=part(1, 2), content=TextContent(texts={"zh": "冰爽"})))
    cutter.make(first, Layer(id="sound", lane=1, span=part(0, 3), content=AudioContent(asset="a" * 64, fade_in=SECOND, fade_out=SECOND)))
    logo = Layer(
        id="logo",
        span=Span(start=Anchor(kind="project", offset=SECOND), end=Anchor(kind="project", offset=6 * SECOND)),
        content=ImageContent(asset="b" * 64),
    )
    track = Track(id="over", layers=(logo,))
    cutter.edit(write_edit(InsertItem(parent="document", collection="tracks", item=track.model_dump(mode="json"))))
    return cutter


def ids(cutter):
    document = cutter.document()
    return {layer.id for holder in (*document.scenes, *document.tracks) for layer in holder.layers}


def test_the_page_shows_every_scene_clip_passage_and_caption_on_its_row(cutter):
    page = cutter.client.get(f"{cutter.path}/tracks").text

    for clip in ids(cutter):
        assert f'id="clip-{clip}"' in page
    for scene in cutter.document().scenes:
        assert f'id="column-{scene.id}"' in page
        assert f'id="passage-{scene.blocks[0].id}"' in page
    assert [row.kind for row in cutter.layout().rows] == ["captions", "overlay", "lane", "lane", "spoken", "sounds"]
    assert page.count("tracks-clip--caption") == 2


def test_a_clip_moved_inside_its_scene_stays_in_it(cutter):
    cutter.cut("move", "title", by=str(SECOND))

    assert cutter.place("title") == (2, 1, "v20")
    assert cutter.home("title") == cutter.document().scenes[0].id


def test_a_clip_moved_into_another_scene_belongs_to_it(cutter):
    cutter.cut("move", "title", by=str(4 * SECOND))

    assert cutter.place("title") == (5, 1, "v20")
    assert cutter.home("title") == cutter.document().scenes[1].id


def test_a_clip_over_a_border_becomes_a_track_clip_that_hangs_on_the_scenes(cutter):
    first, second = (scene.id for scene in cutter.document().scenes)
    cutter.cut("move", "title", by=str(round(2.6 * SECOND)))

    assert cutter.place("title")[:2] == (3.6, 1)
    assert cutter.home("title") not in {first, second, "over"}
    span = cutter.layer("title").span
    assert [(span.start.kind, span.start.of), (span.end.kind, span.end.of)] == [("scene-end", first), ("scene-start", second)]
    assert "title" in cutter.client.get(f"{cutter.path}/edit").text


def test_a_clip_goes_back_into_the_scene_in_which_it_starts(cutter):
    cutter.cut("logo/track")
    cutter.cut("logo/scene")

    assert cutter.home("logo") == cutter.document().scenes[0].id
    assert cutter.place("logo")[:2] == (1, 3)


def test_a_presenter_stays_in_her_scene(cutter):
    presenter = next(layer.id for layer in cutter.document().scenes[0].layers if isinstance(layer.content, PresenterContent))
    answer = cutter.do("clips/move", clips=presenter, by=str(SECOND))

    assert answer.status_code == 422
    assert "stays in it" in answer.text


def test_an_edge_stops_at_its_scene_and_before_the_other_edge(cutter):
    cutter.cut("trim", "title", edge="end", by=str(9 * SECOND))
    assert cutter.place("title")[:2] == (1, 3)
    cutter.cut("trim", "title", edge="start", by=str(9 * SECOND))
    assert cutter.place("title")[:2] == (3.96, 0.04)


def test_a_sound_trimmed_at_its_start_goes_on_with_the_same_moment(cutter):
    cutter.cut("trim", "sound", edge="start", by=str(SECOND))
    assert (cutter.layer("sound").content.source_start, cutter.place("sound")[:2]) == (SECOND, (1, 2))

    cutter.cut("trim", "sound", edge="start", by=str(-SECOND))
    assert (cutter.layer("sound").content.source_start, cutter.place("sound")[:2]) == (0, (0, 3))


def test_a_clip_is_split_into_pieces_that_show_what_it_showed(cutter):
    cutter.cut("sound/points", points=json.dumps([[0, 0], [2 * SECOND, 1_000]]))
    before = ids(cutter)
    cutter.cut("split", "sound", at=f"{SECOND} {2 * SECOND}")
    one, other = sorted(ids(cutter) - before, key=lambda name: cutter.place(name)[0])

    assert [cutter.place(name)[:2] for name in ("sound", one, other)] == [(0, 1), (1, 1), (2, 1)]
    assert [cutter.layer(name).content.source_start for name in (one, other)] == [SECOND, 2 * SECOND]
    fades = [(cutter.layer(name).content.fade_in, cutter.layer(name).content.fade_out) for name in ("sound", one, other)]
    assert fades == [(SECOND, 0), (0, 0), (0, SECOND)]
    assert [(frame.at, frame.value) for frame in cutter.layer(one).keyframes] == [(0, 500), (SECOND, 1_000)]


def test_a_split_where_there_is_no_clip_says_so(cutter):
    answer = cutter.do("clips/split", clips="title", at=str(7 * SECOND))

    assert answer.status_code == 422
    assert "The playhead is not inside" in answer.text


def test_a_gap_is_closed_on_the_row_alone(cutter):
    first = cutter.document().scenes[0].id
    cutter.make(first, Layer(id="later", lane=20, span=part(2.5, 3), content=TextContent()), after="title")
    cutter.make(first, Layer(id="above", lane=30, span=part(2.5, 3), content=TextContent()), after="title")
    cutter.cut("remove", "title", ripple="1")

    assert "title" not in ids(cutter)
    assert (cutter.place("later")[0], cutter.place("above")[0]) == (1.5, 2.5)


def test_a_copy_comes_right_after_where_there_is_room(cutter):
    before = ids(cutter)
    cutter.cut("duplicate", "title")
    cutter.cut("duplicate", "sound")
    copies = sorted((cutter.place(name) for name in ids(cutter) - before), key=lambda place: place[2])

    assert copies == [(0, 3, "a1.1"), (2, 1, "v20")]


@pytest.mark.parametrize(
    ("field", "value", "place"), [("start", "2.4", (2.4, 1)), ("end", "0:03,6", (1, 2.6)), ("length", "0.52", (1, 0.52))]
)
def test_exact_numbers_do_what_a_pointer_does(cutter, field, value, place):
    cutter.cut(f"title/{field}", value=value)

    assert cutter.place("title")[:2] == place


@pytest.mark.parametrize("value", ["", "x", "1:2:3", "1e9", "٣", "1" * 30])
def test_a_time_that_is_none_is_refused_in_words(cutter, value):
    answer = cutter.do("clips/title/start", value=value)

    assert answer.status_code == 422
    assert "1:02.50" in answer.text


def test_twice_the_speed_takes_half_the_time(cutter):
    cutter.cut("sound/speed", value="2000")

    assert cutter.layer("sound").content.speed == 2_000
    assert cutter.place("sound")[:2] == (0, 1.52)


def test_points_of_an_envelope_replace_those_that_were_there(cutter):
    cutter.cut("title/points", points=json.dumps([[SECOND, 0], [0, 1_000]]))

    assert cutter.layer("title").keyframes == (
        Keyframe(property="opacity", at=0, value=1_000, easing="linear"),
        Keyframe(property="opacity", at=SECOND, value=0, easing="linear"),
    )


@pytest.mark.parametrize("points", ["", "[1]", "[[0]]", "[[0,1,2]]", '[["a",1]]', "[[0,9999]]", "[[-1,0]]", "[" * 9_000, "[[0,1.5]]"])
def test_points_that_are_none_are_refused(cutter, points):
    assert cutter.do("clips/title/points", points=points).status_code == 422


def test_a_clip_dragged_onto_a_row_takes_its_lane_or_track(cutter):
    cutter.cut("move", "title", by="0", row="v7")
    assert cutter.place("title") == (1, 1, "v7")
    cutter.cut("move", "title", by="0", row="tover")
    assert (cutter.home("title"), cutter.place("title")[:2]) == ("over", (1, 1))
    cutter.cut("move", "title", by="0", row="v9")
    assert (cutter.home("title"), cutter.place("title")) == (cutter.document().scenes[0].id, (1, 1, "v9"))


def test_new_things_come_to_the_playhead(cutter):
    before = ids(cutter)
    cutter.cut("add", kind="title", at=str(5 * SECOND))
    cutter.cut("picture", asset="c" * 64, at=str(SECOND))
    cutter.cut("add", kind="audio", at="0")
    places = sorted(cutter.place(name)[:2] for name in ids(cutter) - before)

    assert places == [(1, 3), (5, 3)]
    assert cutter.document().tracks[-1].kind == "audio"
    assert cutter.do("clips/picture", asset="nonsense", at="0").status_code == 422


def test_a_locked_clip_refuses_to_be_cut(cutter):
    cutter.edit(write_edit(SetField(target="title", field="locked", value=True)))

    assert cutter.do("clips/move", clips="title", by=str(SECOND)).status_code == 409


def test_a_scene_lasts_as_long_as_it_is_told(cutter):
    scene = cutter.document().scenes[0].id
    cutter.cut(f"{scene}/scene-length", value="6")

    assert cutter.layout().columns[0].duration == 6 * SECOND


def test_a_gesture_sent_twice_is_done_once(cutter):
    base = cutter.revision()
    for _ in range(2):
        answer = cutter.do("clips/duplicate", clips="title", key="same", base=base)
        assert answer.status_code == 200
    assert len(ids(cutter)) == 6


def test_a_gesture_is_taken_back_to_the_last_byte(cutter):
    before = cutter.document()
    cutter.cut("move", "title", by=str(round(2.6 * SECOND)))
    cutter.do("undo")

    assert cutter.document() == before


def test_an_answer_holds_what_changed_and_nothing_else(cutter):
    first, second = (scene.id for scene in cutter.document().scenes)
    cutter.looking = f"tracks?first={first}&last={second}&chosen=title"
    answer = cutter.cut("trim", "title", edge="end", by=str(SECOND))

    assert f'id="column-{first}"' in answer.text
    assert f'id="column-{second}"' not in answer.text
    assert 'id="heads"' not in answer.text
    assert 'id="window"' not in answer.text
    assert re.search(r'id="clip-length"[^>]*value="0:02.00"', answer.text)


def test_a_view_that_is_none_is_answered_as_the_scenes(cutter):
    cutter.looking = "nonsense?first=%00&from=-1&until=9e9"

    assert 'id="miniature-' in cutter.cut("trim", "title", edge="end", by=str(SECOND)).text


@pytest.mark.parametrize(
    "words", ["first=%00", "from=x&until=9", "from=5&until=1", "chosen=%ff%00+x", "first=nobody&last=nobody", "from=1&until=" + "9" * 50]
)
def test_nonsense_about_what_is_in_sight_is_nothing(cutter, words):
    cutter.looking = f"tracks?{words}"

    assert cutter.client.get(f"{cutter.path}/parts?what=window", headers={"X-View": cutter.looking}).status_code == 200


def test_a_project_without_scenes_has_a_timeline_too(cutter):
    for scene in cutter.document().scenes:
        cutter.edit({"kind": "remove-item", "id": scene.id})

    assert cutter.client.get(f"{cutter.path}/tracks").status_code == 200
    assert cutter.do("clips/add", kind="title", at="0").status_code == 422


def test_a_large_document_shows_no_more_than_a_window_of_it(cutter, database):
    document = large_document(60, 600)
    edits = [
        write_edit(InsertItem(parent="document", collection="scenes", item=Scene.model_dump(scene, mode="json")))
        for scene in document.scenes
    ]
    assert cutter.edit({"kind": "group", "edits": edits}).status_code == 200
    page = cutter.client.get(f"{cutter.path}/tracks").text
    whole = cutter.client.get(f"{cutter.path}/parts?what=window", headers={"X-View": "tracks?from=0&until=99999999999"}).text

    assert 5 < page.count('class="tracks-column"') < 20
    assert whole.count("tracks-column--coarse") == 62
    assert 'class="tracks-clip' not in whole


def test_a_copy_of_a_locked_clip_is_open_so_that_it_can_be_taken_back(cutter):
    cutter.edit(write_edit(SetField(target="title", field="locked", value=True)))
    before = ids(cutter)
    cutter.cut("duplicate", "title")
    assert [cutter.layer(name).locked for name in ids(cutter) - before] == [False]

    assert cutter.do("undo").status_code == 200
    assert ids(cutter) == before


@pytest.mark.parametrize(("kind", "row"), [("film", "v5"), ("sound", "a0")])
def test_films_and_sounds_come_as_long_as_they_are_or_as_their_scene_is(cutter, kind, row):
    before = ids(cutter)
    cutter.cut(kind, asset="c" * 64, at=str(5 * SECOND), length=str(2 * SECOND))
    cutter.cut(kind, asset="d" * 64, at=str(7 * SECOND), length=str(99 * SECOND))

    assert sorted(cutter.place(name) for name in ids(cutter) - before) == [(5, 2, row), (7, 1, row)]
    assert cutter.do(f"clips/{kind}", asset="nonsense", at="0", length="9").status_code == 422
    assert cutter.do(f"clips/{kind}", asset="c" * 64, at="0", length="x").status_code == 422


def test_a_clip_dragged_past_the_end_stays_in_sight(cutter):
    cutter.cut("move", "logo", by=str(99 * SECOND))

    assert cutter.place("logo")[:2] == (7.96, 0.04)
