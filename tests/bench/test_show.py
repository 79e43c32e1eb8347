"""The show's own parts: how films are laid out, and that a stage that fails says so."""

import subprocess

import imageio_ffmpeg
from PIL import Image

from bench import show, show_films, show_long


def test_a_film_becomes_a_sheet_with_a_frame_of_every_second(tmp_path):
    film, out = tmp_path / "film.mp4", tmp_path / "sheet.png"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=480x270:d=11.2:r=5", "-pix_fmt", "yuv420p")
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *picture, film], check=True)
    facts = show_films.sheet(film, out)
    assert (facts["size, px"], facts["seconds"], facts["frames"]) == ([480, 270], 11.2, 56)
    with Image.open(out) as sheet:
        assert sheet.size == (show_films.COLUMNS * 240, 2 * (135 + 14))


def test_the_long_project_has_200_scenes_and_2000_clips():
    document = show_long.long_document()
    assert (len(document.scenes), sum(len(scene.layers) for scene in document.scenes)) == (200, 2_000)


def test_a_stage_that_fails_says_so_and_the_others_go_on():
    def broken():
        raise AssertionError("the drawer does not open")

    assert show._tried(broken) == "not measured: the drawer does not open"
    assert show._tried(lambda: {"p50": 1}) == {"p50": 1}
