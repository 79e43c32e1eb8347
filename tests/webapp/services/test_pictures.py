import pytest

from tests.webapp.pictures import jpeg, png, webp
from webapp.errors import Invalid
from webapp.services.pictures import PictureKind, recognise


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (png(640, 480), PictureKind("image/png", 640, 480)),
        (jpeg(320, 200), PictureKind("image/jpeg", 320, 200)),
        (jpeg(320, 200, metadata=60_000), PictureKind("image/jpeg", 320, 200)),
        (webp(b"VP8X", 48, 32), PictureKind("image/webp", 48, 32)),
        (webp(b"VP8L", 48, 32), PictureKind("image/webp", 48, 32)),
        (webp(b"VP8 ", 48, 32), PictureKind("image/webp", 48, 32)),
    ],
)
def test_kind_and_size_are_read_from_the_first_bytes(head, kind):
    assert recognise(head) == kind


@pytest.mark.parametrize(
    "head",
    [
        b"GIF89a\x01\x00\x01\x00",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"#EXTM3U\n",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"RIFF\x00\x00\x00\x00WAVE",
        png(0, 5),
        b"\x00",
    ],
)
def test_anything_else_is_refused(head):
    with pytest.raises(Invalid) as refused:
        recognise(head)
    assert refused.value.code == "picture-format"


@pytest.mark.parametrize("side", [20_000, 2**31 - 1])
def test_a_picture_of_too_many_pixels_is_refused_unopened(side):
    with pytest.raises(Invalid) as refused:
        recognise(png(side, side))
    assert refused.value.code == "picture-pixels"
