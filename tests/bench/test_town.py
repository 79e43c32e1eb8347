"""What the town's customers order."""

from bench.town import film


def test_no_two_films_say_the_same_and_all_look_the_same() -> None:
    first, second = film(1), film(2)

    said = [[block.texts["zh"].text for scene in document.scenes for block in scene.blocks] for document in (first, second)]
    assert not set(said[0]) & set(said[1])
    assert [scene.layers for scene in first.scenes] == [scene.layers for scene in second.scenes]
