"""What a resting preview makes ready, and that going there then costs nothing new."""

from pathlib import Path
from typing import Any

from render.avatar.engine import WarpEngine
from render.graph.compile import compile_program
from render.graph.program import Program
from render.graph.workshop import Workshop
from render.link import FolderSources
from render.timeline import codec
from render.timeline.placed import PlacedTimeline
from render.timeline.resolve import resolve
from render.timeline.voicing import link
from roles.preview_ahead import MOMENTS_MAX, Ahead, coming_frames, shows_films

SECOND = 240_000


def timeline(*scenes: Any, tracks: tuple[Any, ...] = ()) -> PlacedTimeline:
    document = codec.read({"title": "", "language": "en", "scenes": list(scenes), "tracks": list(tracks)})
    return resolve(document, link(document, "en", "engine", {}))


def scene(name: str, seconds: int, *layers: Any) -> Any:
    return {"id": name, "duration": {"kind": "fixed", "fixed": seconds * SECOND}, "layers": list(layers)}


def words(name: str, start_s: float = 0) -> Any:
    content = {"kind": "text", "texts": {"en": f"The words of {name}"}}
    return {"id": name, "content": content, "span": {"start": {"kind": "scene-start", "offset": round(start_s * SECOND)}}}


def program(placed: PlacedTimeline, workshop: Workshop) -> Program:
    return compile_program(
        placed, size_px=(180, 320), sources=FolderSources(), avatars=WarpEngine(Path(".models")), label=None, workshop=workshop
    )


def test_what_begins_after_the_playhead_is_made_ready_in_its_order() -> None:
    placed = timeline(scene("one", 4, words("a"), words("b", 2)), scene("two", 4, words("c", 1)))

    assert coming_frames(placed, 0) == [50, 100, 125]
    assert coming_frames(placed, 3 * SECOND) == [100, 125]
    assert coming_frames(placed, placed.duration) == []


def test_the_next_two_scenes_count_however_far_they_are() -> None:
    placed = timeline(scene("one", 60), scene("two", 60, words("a", 30)), scene("three", 60), scene("four", 60))

    assert coming_frames(placed, 0) == [1500, 3000]


def test_it_is_never_more_than_a_handful() -> None:
    placed = timeline(scene("one", 10, *(words(f"w{number}", number / 10) for number in range(40))))

    assert len(coming_frames(placed, 0)) == MOMENTS_MAX


def test_going_to_a_place_made_ready_draws_no_words_anew() -> None:
    placed, workshop = timeline(scene("one", 2, words("a")), scene("two", 2, words("b", 1))), Workshop()
    shown = program(placed, workshop)
    shown.frame(0)
    steps = list(Ahead().steps(shown, placed, 0))
    made = workshop.pictures.made

    shown.frame(80)

    assert len(steps) == 2, "the words and the ground that all scenes have"
    assert workshop.pictures.made == made + 1, "both laid together"


def test_after_an_edit_only_what_looks_otherwise_is_drawn_again() -> None:
    ahead, workshop = Ahead(), Workshop()
    before = timeline(scene("one", 2), scene("two", 2, words("a")), scene("three", 2, words("b")))
    after = timeline(scene("one", 2), scene("two", 2, words("other")), scene("three", 2, words("b")))

    assert len(list(ahead.steps(program(before, workshop), before, 0))) == 3
    assert len(list(ahead.steps(program(after, workshop), after, 0))) == 1
    assert list(ahead.steps(program(after, workshop), after, 0)) == []


def test_what_is_seen_all_the_time_is_made_ready_once() -> None:
    placed, workshop = timeline(scene("one", 8, words("title"), *(words(f"w{second}", second) for second in range(1, 8)))), Workshop()

    assert len(coming_frames(placed, 0)) == 7
    assert len(list(Ahead().steps(program(placed, workshop), placed, 0))) == 9


def test_scenes_that_give_way_to_each_other_are_made_ready_thing_by_thing() -> None:
    fading = scene("one", 4, words("a")) | {"transition": {"kind": "crossfade", "duration": SECOND}}
    placed, workshop = timeline(fading, scene("two", 4, words("b"))), Workshop()
    shown = program(placed, workshop)

    assert len(list(Ahead().steps(shown, placed, 0))) == 3
    made = workshop.pictures.made
    shown.frame(100)
    assert workshop.pictures.made == made + 2, "what lies in each scene laid together"


def test_films_are_found_in_backgrounds_scenes_and_tracks() -> None:
    film = {"id": "film", "content": {"kind": "video", "asset": "0" * 64}}
    span = {"span": {"start": {"kind": "project"}, "end": {"kind": "project", "offset": SECOND}}}

    assert not shows_films(timeline(scene("one", 2, words("a"))))
    assert shows_films(timeline(scene("one", 2, film)))
    assert shows_films(timeline(scene("one", 2) | {"background": {"video": "0" * 64}}))
    assert shows_films(timeline(scene("one", 2), tracks=({"id": "over", "layers": [film | span]},)))
