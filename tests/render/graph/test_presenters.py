"""Presenters in a program: what the document has them do is what the engine is told."""

from render.graph.compile import compile_program
from render.graph.workshop import Workshop
from render.link import voice
from render.ports.avatar import PLAIN, Direction
from render.timeline import codec
from render.timeline.placed import PlacedAction
from render.timeline.resolve import resolve


def directed(house, **scene):
    """What the engine is told while the middle of a scene and its last frame are drawn."""
    speaking = {"id": "b", "texts": {"zh": {"text": "你好大家好"}}, "pause_after": 240_000} | scene.pop("block", {})
    presenter = {"kind": "presenter", "presenter": "oval"} | scene
    scenes = [{"id": "s", "blocks": [speaking], "layers": [{"id": "p", "content": presenter}]}]
    document = codec.read({"canvas": {"width_px": 180, "height_px": 320, "frame_rate": 25}, "scenes": scenes})
    timeline = resolve(document, voice(document, "zh", house.speech, house.speech_folder, sources=house.sources))
    program = compile_program(timeline, size_px=(90, 160), sources=house.sources, avatars=house.avatars, label=None)
    program.frame(program.frame_count // 2)
    return house.avatars.directed


def test_a_presenter_does_what_the_passage_asks_for_and_feels_as_the_scene_does(house):
    said = directed(house, emotion="cheerful", block={"actions": [{"name": "nod"}]})
    assert said == [Direction("cheerful", (PlacedAction("nod", 0),))]


def test_a_silent_presenter_rests_on_what_the_scene_feels(house):
    said = directed(house, emotion="warm", block={"texts": {"zh": {"text": ""}}})
    assert said == [Direction("warm")]


def test_nothing_asked_for_is_nothing_done(house):
    assert directed(house) == [PLAIN]


def test_an_edit_of_something_else_draws_no_presenter_again(house):
    speaking = {"id": "b", "texts": {"zh": {"text": "你好大家好"}}}
    presenter = {"id": "p", "content": {"kind": "presenter", "presenter": "oval"}}
    workshop = Workshop()

    def drawn(colour):
        title = {"id": "t", "lane": 1, "content": {"kind": "text", "texts": {"zh": "米乳"}, "style": {"colour": colour}}}
        scenes = [{"id": "s", "blocks": [speaking], "layers": [presenter, title]}]
        document = codec.read({"canvas": {"width_px": 180, "height_px": 320, "frame_rate": 25}, "scenes": scenes})
        timeline = resolve(document, voice(document, "zh", house.speech, house.speech_folder, sources=house.sources))
        program = compile_program(timeline, size_px=(90, 160), sources=house.sources, avatars=house.avatars, label=None, workshop=workshop)
        return program.frame(3)

    before = drawn("#ffffff")
    made = workshop.figures.made
    after = drawn("#000000")

    assert (before.y != after.y).any()
    assert workshop.figures.made == made == 1
