"""The ingest of honest files: whatever a camera, a phone or an editor made comes out upright, in time and in our colours."""

import subprocess
import sys
import wave

import av
import numpy as np
import pytest
from PIL import Image

from render.errors import MediaRefused
from render.media import ingest, tones
from render.media.images import read_image
from render.media.video import VideoReader
from render.media.wav import read_wav
from render.pixels.convert import rgb_from_planes, rgba_from_planes
from render.timeline.time import TICKS_PER_SECOND
from tests.render.media.heic import heic


@pytest.fixture
def folder(tmp_path):
    """Where things are made."""
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


def take(path, folder):
    """Look and make, as the cell does; the facts."""
    facts = ingest.look(path, folder)
    return facts if facts.kind == "image" else ingest.make(path, folder, lambda _: None)


def still(path):
    with Image.open(path) as picture:
        picture.load()
        return picture


def packets(path):
    with av.open(str(path)) as container:
        return [packet for packet in container.demux(video=0) if packet.size]


def colour(folder, ticks=0, at=(24, 32)):
    reader = VideoReader(folder / "film.mp4")
    pixel = rgb_from_planes(reader.frame_at(ticks))[at].tolist()
    reader.close()
    return np.array(pixel)


def test_a_film_is_kept_whole_small_heard_and_seen_at_a_glance(tmp_path, folder, ffmpeg):
    clip = tmp_path / "clip.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=10:d=2", "-f", "lavfi", "-i", "sine=f=440:d=2", "-pix_fmt", "yuv420p", clip)
    told = []
    first = ingest.look(clip, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["head.mp4", "poster.webp"]
    facts = ingest.make(clip, folder, told.append)

    assert (facts.kind, facts.width_px, facts.height_px, facts.has_sound, facts.has_alpha) == ("video", 1280, 720, True, False)
    assert facts.duration_ticks == 2 * TICKS_PER_SECOND
    assert (first.width_px, first.height_px, first.has_sound) == (1280, 720, True)
    film, proxy = VideoReader(folder / "film.mp4"), VideoReader(folder / "proxy.mp4")
    assert (film.width_px, film.height_px, proxy.width_px, proxy.height_px) == (1280, 720, 640, 360)
    assert film.duration_ticks == proxy.duration_ticks == facts.duration_ticks
    film.close()
    proxy.close()
    assert read_wav(folder / "sound.wav").shape == (2, pytest.approx(96_000, abs=2_100))
    assert len((folder / "peaks.i8").read_bytes()) == pytest.approx(200, abs=8)
    assert still(folder / "strip.webp").size == (2 * 170, 96)
    assert told[-1] == 2 * TICKS_PER_SECOND - 24_000


def test_every_second_frame_of_a_proxy_is_a_key_frame_and_a_film_has_one_twice_a_second(tmp_path, folder, ffmpeg):
    clip = tmp_path / "clip.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=2", "-pix_fmt", "yuv420p", clip)
    take(clip, folder)

    keys = {name: [packet.is_keyframe for packet in packets(folder / name)] for name in ("proxy.mp4", "film.mp4")}
    assert keys["proxy.mp4"] == [True, False] * 25
    assert keys["film.mp4"] == [index % 12 == 0 for index in range(50)]


def test_a_copy_is_as_good_as_its_original(tmp_path, folder, ffmpeg):
    clip = tmp_path / "clip.mp4"
    ffmpeg("-f", "lavfi", "-i", "mandelbrot=s=320x240:r=10", "-t", "1", "-pix_fmt", "yuv420p", "-crf", "10", clip)
    take(clip, folder)
    ours, theirs = VideoReader(folder / "film.mp4"), VideoReader(clip)
    error = np.mean([np.mean((ours.frame_at(t).y.astype(float) - theirs.frame_at(t).y) ** 2) for t in range(0, 240_000, 24_000)])
    ours.close()
    theirs.close()

    assert 10 * np.log10(255**2 / error) > 40


def test_a_variable_frame_rate_keeps_every_moment(tmp_path, folder, ffmpeg):
    clip = tmp_path / "vfr.mkv"
    grey = "color=black:s=64x48:r=50:d=2,geq=lum='16+4*N':cb=128:cr=128,select='not(mod(n,7))+not(mod(n,5))'"
    ffmpeg("-f", "lavfi", "-i", grey, "-fps_mode", "vfr", "-pix_fmt", "yuv420p", "-crf", "1", clip)
    take(clip, folder)
    reader = VideoReader(folder / "film.mp4")
    shown = {n: int(reader.frame_at(n * 4_800 + 100).y[24, 32]) for n in (0, 4, 5, 6, 7, 9, 10, 13, 14, 34, 35)}
    reader.close()

    expected = {n: max(k for k in range(n + 1) if k % 7 == 0 or k % 5 == 0) for n in shown}
    assert {n: round((value - 16) / 4) for n, value in shown.items()} == expected


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_phone_s_film_is_kept_upright(tmp_path, folder, ffmpeg, rotation):
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=64x32:r=5:d=1,drawbox=w=16:h=8:color=white:t=fill", "-pix_fmt", "yuv420p", tmp_path / "flat.mp4"
    )
    ffmpeg("-display_rotation", str(rotation), "-i", tmp_path / "flat.mp4", "-c", "copy", tmp_path / "turned.mp4")
    ffmpeg("-i", tmp_path / "turned.mp4", "-frames:v", "1", tmp_path / "seen.png")
    facts = take(tmp_path / "turned.mp4", folder)
    reader = VideoReader(folder / "film.mp4")
    luma = reader.frame_at(0).y
    reader.close()

    seen = np.asarray(still(tmp_path / "seen.png").convert("L"))
    assert (facts.height_px, facts.width_px) == seen.shape == luma.shape
    assert np.array_equal(luma > 128, seen > 128)


@pytest.mark.parametrize(
    "options",
    [
        ("-vf", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p", "-colorspace", "smpte170m", "-color_range", "tv"),
        ("-vf", "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p", "-colorspace", "smpte170m", "-color_range", "pc"),
        ("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv422p10", "-colorspace", "bt709", "-color_range", "tv"),
        ("-vf", "scale=out_color_matrix=bt2020:out_range=tv,format=yuv420p10", "-colorspace", "bt2020nc", "-color_range", "tv"),
        ("-vf", "format=rgb24", "-c:v", "libx264rgb"),
    ],
)
def test_any_matrix_range_and_depth_becomes_ours(tmp_path, folder, ffmpeg, options):
    clip = tmp_path / "a.mkv"
    codec = () if "libx264rgb" in options else ("-c:v", "libx264")
    ffmpeg("-f", "lavfi", "-i", "color=0xd03818:s=64x48:r=5:d=1,format=rgb24", *codec, "-crf", "4", *options, clip)
    take(clip, folder)

    assert np.abs(colour(folder) - (0xD0, 0x38, 0x18)).max() <= 6


@pytest.mark.parametrize(("transfer", "signal"), [("smpte2084", 0.58), ("arib-std-b67", 0.75)])
def test_white_of_high_dynamic_range_is_light_and_grey_stays_grey(tmp_path, folder, ffmpeg, transfer, signal):
    value = round(64 + signal * 876)
    grey = f"color=black:s=64x48:r=5:d=1,format=yuv420p10le,geq=lum={value}:cb=512:cr=512"
    said = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    ffmpeg("-f", "lavfi", "-i", grey, "-c:v", "libx264", "-crf", "4", "-x264-params", said, tmp_path / "hdr.mp4")
    take(tmp_path / "hdr.mp4", folder)

    pixel = colour(folder)
    expected = 255 * tones.mapped(np.full(3, signal), "pq" if transfer == "smpte2084" else "hlg")
    assert np.abs(pixel - expected).max() <= 4
    assert 200 < pixel.min() <= pixel.max() < 250
    assert np.ptp(pixel) <= 3


def test_tones_rise_without_a_step_and_end_at_white():
    ramp = np.repeat(np.linspace(0, 1, 400)[:, None], 3, axis=1)
    for transfer in ("pq", "hlg"):
        out = tones.mapped(ramp, transfer)[:, 0]
        assert out[0] == pytest.approx(0, abs=1e-3)
        assert out[-1] == pytest.approx(1, abs=1e-3)
        assert (np.diff(out) >= -1e-9).all()
        assert np.diff(out).max() < 0.05


@pytest.mark.parametrize(
    "codec", [("libvpx-vp9", "webm", "yuva420p"), ("prores_ks", "mov", "yuva444p10le"), ("qtrle", "mov", "argb"), ("png", "mov", "rgba")]
)
def test_transparency_is_kept(tmp_path, folder, ffmpeg, codec):
    encoder, container, pixels = codec
    clip = tmp_path / f"clip.{container}"
    half = "color=red:s=64x48:r=5:d=1,format=rgba,geq=r=208:g=56:b=24:a='if(lt(X,32),255,if(lt(X,48),128,0))'"
    ffmpeg("-f", "lavfi", "-i", half, "-pix_fmt", pixels, "-c:v", encoder, *(("-crf", "4", "-b:v", "0") if "vpx" in encoder else ()), clip)
    facts = take(clip, folder)
    reader = VideoReader(folder / "film.mp4")
    planes = reader.frame_at(0)
    reader.close()

    assert facts.has_alpha
    assert reader.has_alpha
    assert (reader.width_px, reader.height_px, planes.width_px, planes.height_px) == (64, 48, 64, 48)
    assert [int(planes.a[24, x]) for x in (10, 40, 58)] == pytest.approx([255, 128, 0], abs=3)
    straight = rgba_from_planes(planes)
    assert np.abs(straight[24, 10, :3].astype(int) - (208, 56, 24)).max() <= 8
    assert np.abs(straight[24, 40, :3].astype(int) - (208, 56, 24)).max() <= 12
    assert still(folder / "poster.webp").mode == "RGBA"


def test_odd_sizes_and_oblong_pixels_are_made_even_and_square(tmp_path, folder, ffmpeg):
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=65x49:r=5:d=1,format=yuv444p", tmp_path / "odd.mkv")
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=72x58:r=5:d=1,setsar=16/15,format=yuv420p", tmp_path / "pal.mkv")

    assert (take(tmp_path / "odd.mkv", folder).width_px, take(tmp_path / "odd.mkv", folder).height_px) == (64, 48)
    assert (take(tmp_path / "pal.mkv", folder).width_px, take(tmp_path / "pal.mkv", folder).height_px) == (76, 58)


def test_sound_that_begins_later_than_the_picture_is_heard_later(tmp_path, folder, ffmpeg):
    clip = tmp_path / "late.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=s=64x48:r=10:d=2", "-itsoffset", "0.5", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "flac", clip)
    take(clip, folder)

    heard = np.abs(read_wav(folder / "sound.wav")).max(axis=0) > 0.01
    assert np.argmax(heard) == pytest.approx(24_000, abs=100)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp3", ()),
        ("a.m4a", ("-c:a", "aac")),
        ("a.wav", ("-c:a", "pcm_s24le")),
        ("a.ogg", ("-c:a", "libvorbis")),
        ("a.opus", ("-c:a", "libopus")),
        ("a.flac", ()),
        ("a.aac", ()),
        ("a.webm", ("-c:a", "libopus")),
    ],
)
def test_sounds_of_every_kind_are_kept_at_48_khz_in_stereo(tmp_path, folder, ffmpeg, name, options):
    ffmpeg("-f", "lavfi", "-i", "sine=f=440:r=44100:d=1.5", *options, tmp_path / name)
    facts = take(tmp_path / name, folder)

    with wave.open(str(folder / "sound.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 48_000, 2)
        assert file.getnframes() == pytest.approx(72_000, abs=5_000)
    assert (facts.kind, facts.has_sound, facts.width_px) == ("audio", True, 0)
    assert facts.duration_ticks == pytest.approx(1.5 * TICKS_PER_SECOND, abs=25_000)


def test_eight_channels_are_mixed_to_two(tmp_path, folder, ffmpeg):
    ffmpeg("-f", "lavfi", "-i", "sine=d=1,aformat=channel_layouts=7.1", "-c:a", "pcm_s16le", tmp_path / "a.wav")

    assert take(tmp_path / "a.wav", folder).has_sound
    assert read_wav(folder / "sound.wav").shape[0] == 2


def test_the_cover_of_a_song_is_no_film(tmp_path, folder, ffmpeg):
    Image.new("RGB", (64, 64), "red").save(tmp_path / "cover.png")
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "sine=d=1",
        "-i",
        tmp_path / "cover.png",
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-disposition:v",
        "attached_pic",
        tmp_path / "a.mp3",
    )

    assert take(tmp_path / "a.mp3", folder).kind == "audio"


def test_more_than_sixty_frames_a_second_are_thinned_out(tmp_path, folder, ffmpeg):
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=240:d=1", "-pix_fmt", "yuv420p", tmp_path / "slow.mp4")
    take(tmp_path / "slow.mp4", folder)

    assert 55 <= len(packets(folder / "proxy.mp4")) <= 61


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif"])
def test_pictures_are_kept_upright_and_say_nothing_of_where_they_were_taken(tmp_path, folder, name):
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste((200, 30, 30), (0, 0, 30, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (22.0, 15.0, 0.0)
    picture.save(tmp_path / name, exif=exif, quality=95)
    facts = take(tmp_path / name, folder)

    kept = still(folder / "picture.webp")
    assert (facts.width_px, facts.height_px) == kept.size == (40, 60)
    assert not kept.getexif()
    assert "exif" not in kept.info
    pixels = np.asarray(kept.convert("RGB")).astype(int)
    assert np.abs(pixels[10, 30] - (200, 30, 30)).max() < 25
    assert pixels[50, 10].min() > 230


def test_pictures_in_other_colours_depths_and_movement_are_kept_in_ours(tmp_path, folder):
    Image.new("CMYK", (20, 20), (0, 255, 255, 0)).save(tmp_path / "cmyk.jpg", quality=95)
    Image.fromarray(np.full((20, 20), 32_768, np.uint16)).save(tmp_path / "grey16.png")
    frames = [Image.new("RGBA", (20, 20), colour) for colour in ((255, 0, 0, 128), (0, 255, 0, 255))]
    frames[0].save(tmp_path / "moving.png", save_all=True, append_images=frames[1:])

    shown = {}
    for path in sorted(tmp_path.glob("*.*")):
        take(path, folder)
        shown[path.name] = read_image(folder / "picture.webp")[10, 10].tolist()
    assert shown["cmyk.jpg"][0] > 200
    assert max(shown["cmyk.jpg"][1:3]) < 60
    assert shown["grey16.png"] == [128, 128, 128, 255]
    assert shown["moving.png"] == [255, 0, 0, 128]


def test_a_huge_picture_is_kept_smaller(tmp_path, folder):
    Image.new("RGB", (7_000, 1_000), "teal").save(tmp_path / "wide.jpg")

    assert (take(tmp_path / "wide.jpg", folder).width_px, take(tmp_path / "wide.jpg", folder).height_px) == (6_144, 878)


def combed(luma):
    """How much each row differs from the mean of its neighbours."""
    rows = luma.astype(float)
    return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())


def test_interlaced_fields_are_not_shown_at_once(tmp_path, folder, ffmpeg):
    moving = ("-f", "lavfi", "-i", "mandelbrot=s=320x240:r=50:start_scale=1:end_scale=0.2:end_pts=25", "-t", "1")
    ffmpeg(*moving, "-vf", "interlace", "-c:v", "libx264", "-crf", "8", "-flags", "+ildct+ilme", "-pix_fmt", "yuv420p", tmp_path / "tv.mp4")
    ffmpeg(*moving, "-r", "25", "-c:v", "libx264", "-crf", "8", "-pix_fmt", "yuv420p", tmp_path / "even.mp4")
    take(tmp_path / "tv.mp4", folder)
    readers = [VideoReader(path) for path in (folder / "film.mp4", tmp_path / "tv.mp4", tmp_path / "even.mp4")]
    ours, theirs, even = (combed(reader.frame_at(48_000).y) for reader in readers)
    for reader in readers:
        reader.close()

    assert ours < 1.2 * even < theirs


def test_a_picture_hurt_in_the_middle_of_a_film_leaves_the_rest_as_it_was(tmp_path, folder, ffmpeg):
    clip = tmp_path / "clip.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=2", "-pix_fmt", "yuv420p", "-g", "10", "-bf", "0", clip)
    with av.open(str(clip)) as container:
        hurt = [packet for packet in container.demux(video=0) if packet.size][25]
    content = bytearray(clip.read_bytes())
    content[hurt.pos + 8 : hurt.pos + hurt.size] = bytes(hurt.size - 8)
    whole = VideoReader(clip)
    expected = [whole.frame_at(index * 9_600).y for index in (10, 40)]
    whole.close()
    clip.write_bytes(content)
    facts = take(clip, folder)
    film = VideoReader(folder / "film.mp4")
    seen = [film.frame_at(index * 9_600).y for index in (10, 40)]
    film.close()

    assert facts.duration_ticks == 2 * TICKS_PER_SECOND
    assert all(float(np.abs(one.astype(float) - two).mean()) < 3 for one, two in zip(seen, expected, strict=True))


def test_a_file_that_breaks_off_is_as_long_as_what_came(tmp_path, folder, ffmpeg):
    clip = tmp_path / "clip.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=4", "-pix_fmt", "yuv420p", clip)
    whole = clip.read_bytes()
    clip.write_bytes(whole[: len(whole) // 2])

    assert 0.5 * TICKS_PER_SECOND < take(clip, folder).duration_ticks < 3.5 * TICKS_PER_SECOND


def test_importing_the_ingest_brings_no_torch(tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", "import sys, render.media.ingest; print([name for name in ('torch', 'numba', 'onnxruntime') if name in sys.modules])"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert said.stdout.strip() == "[]"


def test_a_film_without_a_frame_is_refused(tmp_path, folder, ffmpeg):
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-pix_fmt", "yuv420p", tmp_path / "clip.mp4")
    broken = bytearray((tmp_path / "clip.mp4").read_bytes())
    at = broken.index(b"mdat") + 4
    broken[at : at + 20_000] = bytes(min(20_000, len(broken) - at))
    (tmp_path / "clip.mp4").write_bytes(bytes(broken))

    with pytest.raises(MediaRefused):
        take(tmp_path / "clip.mp4", folder)


def test_a_phone_s_heic_is_kept_upright(tmp_path, folder, ffmpeg):
    white_corner = "color=0x203080:s=128x64:r=1:d=1,drawbox=w=32:h=16:color=white:t=fill"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        white_corner,
        "-pix_fmt",
        "yuv420p",
        "-c:v",
        "libx265",
        "-tag:v",
        "hvc1",
        "-frames:v",
        "1",
        tmp_path / "one.mp4",
    )
    (tmp_path / "snap.heic").write_bytes(heic(str(tmp_path / "one.mp4"), 128, 64, quarter_turns=1))
    facts = take(tmp_path / "snap.heic", folder)

    pixels = np.asarray(still(folder / "picture.webp").convert("RGB")).astype(int)
    assert (facts.width_px, facts.height_px) == (64, 128)
    assert pixels[120, 6].min() > 220
    assert np.abs(pixels[20, 40] - (0x20, 0x30, 0x80)).max() < 12
