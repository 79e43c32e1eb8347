import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from cryptography import x509
from PIL import Image

from render.errors import MediaRefused, MissingSource
from render.media import marks
from render.media.join import join
from render.media.wav import write_wav


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> marks.Authority:
    return marks.Authority(tmp_path_factory.mktemp("trust") / "authority")


@pytest.fixture
def labelled(tmp_path: Path, segment: Callable[..., Path]) -> Path:
    join([segment(0, 20)], None, tmp_path / "labelled.mp4", marks.aigc_metadata("Piying 工作室", "export-7"))
    return tmp_path / "labelled.mp4"


@pytest.fixture
def signed(tmp_path: Path, labelled: Path, authority: marks.Authority) -> Path:
    marks.sign(labelled, tmp_path / "signed.mp4", authority, "春日新品")
    return tmp_path / "signed.mp4"


def test_the_aigc_field_is_one_json_with_the_fields_of_the_standard() -> None:
    metadata = marks.aigc_metadata("Piying", "export-7")
    assert list(metadata) == ["AIGC"]
    assert json.loads(metadata["AIGC"]) == {
        "Label": "1",
        "ContentProducer": "Piying",
        "ProduceID": "export-7",
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def test_a_finished_film_carries_both_marks(signed: Path, authority: marks.Authority) -> None:
    report = marks.inspect(signed, authority)
    assert report.aigc is not None
    assert report.aigc["ContentProducer"] == "Piying 工作室"
    assert (report.c2pa, report.trusted, report.problems) == ("valid", True, ())
    assert report.title == "春日新品"
    assert report.digital_source_type == "compositeWithTrainedAlgorithmicMedia"


def test_signing_keeps_pictures_and_the_one_aigc_field(signed: Path, labelled: Path) -> None:
    def pictures(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]

    assert pictures(signed) == pictures(labelled)
    assert signed.read_bytes().count(b'{"Label":"1"') == 1


def test_another_installation_finds_it_valid_but_does_not_know_the_signer(signed: Path, tmp_path: Path) -> None:
    assert marks.inspect(signed).c2pa == "valid"
    stranger = marks.inspect(signed, marks.Authority(tmp_path / "elsewhere"))
    assert (stranger.c2pa, stranger.trusted) == ("valid", False)


@pytest.mark.parametrize(("box", "into"), [(b"mdat", 8), (b"mdat", 300), (b"avcC", 6), (b"stsz", 14), (b"c2pa.claim", 40)])
def test_one_flipped_bit_makes_it_invalid(signed: Path, tmp_path: Path, box: bytes, into: int) -> None:
    data = bytearray(signed.read_bytes())
    data[data.index(box) + into] ^= 1
    (tmp_path / "flipped.mp4").write_bytes(data)
    report = marks.inspect(tmp_path / "flipped.mp4")
    assert report.c2pa == "invalid"
    assert report.problems


def test_a_changed_aigc_field_makes_it_invalid(signed: Path, tmp_path: Path) -> None:
    (tmp_path / "renamed.mp4").write_bytes(signed.read_bytes().replace(b"export-7", b"export-8"))
    report = marks.inspect(tmp_path / "renamed.mp4")
    assert report.aigc is not None
    assert report.aigc["ProduceID"] == "export-8"
    assert report.c2pa == "invalid"


def test_a_remuxed_film_has_lost_its_manifest(signed: Path, tmp_path: Path, ffmpeg: Callable[..., str]) -> None:
    ffmpeg("-i", signed, "-c", "copy", tmp_path / "remuxed.mp4")
    assert marks.inspect(tmp_path / "remuxed.mp4").c2pa == "absent"


def test_an_unmarked_film_says_so(segment: Callable[..., Path]) -> None:
    assert marks.inspect(segment(0, 3)) == marks.MarkReport(aigc=None, c2pa="absent")


def test_pictures_and_sound_can_be_signed(tmp_path: Path, authority: marks.Authority) -> None:
    Image.new("RGB", (32, 32), "red").save(tmp_path / "a.png")
    Image.new("RGB", (32, 32), "red").save(tmp_path / "a.jpg")
    write_wav(tmp_path / "a.wav", np.zeros((1, 4_800), np.float32))
    for source in sorted(tmp_path.glob("a.*")):
        out = source.with_name(f"signed{source.suffix}")
        marks.sign(source, out, authority, "cover", made_as="trainedAlgorithmicMedia")
        report = marks.inspect(out, authority)
        assert (report.c2pa, report.trusted, report.digital_source_type) == ("valid", True, "trainedAlgorithmicMedia")


def test_what_is_no_film_cannot_be_signed(tmp_path: Path, authority: marks.Authority) -> None:
    for name in ("a.mp4", "a.txt"):
        (tmp_path / name).write_bytes(b"words")
        with pytest.raises(MediaRefused):
            marks.sign(tmp_path / name, tmp_path / "out.mp4", authority, "x")
    assert not (tmp_path / "out.mp4").exists()
    assert marks.inspect(tmp_path / "a.mp4").c2pa == "invalid"


def test_a_missing_file_is_a_missing_source(tmp_path: Path, authority: marks.Authority) -> None:
    with pytest.raises(MissingSource):
        marks.inspect(tmp_path / "nothing.mp4")
    with pytest.raises(MissingSource):
        marks.sign(tmp_path / "nothing.mp4", tmp_path / "out.mp4", authority, "x")


def test_a_place_that_is_taken_by_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "todo.txt").write_text("keep")
    with pytest.raises(OSError, match="not empty"):
        marks.Authority(tmp_path / "notes")
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_keys_are_readable_by_their_owner_alone(authority: marks.Authority) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in authority.folder.iterdir()}
    assert modes == {"authority.pem": 0o600, "signer.pem": 0o600, "authority.crt": 0o644}


def test_an_authority_is_made_once(authority: marks.Authority) -> None:
    before = {path: path.read_bytes() for path in authority.folder.iterdir()}
    assert marks.Authority(authority.folder).certificate_pem == authority.certificate_pem
    assert {path: path.read_bytes() for path in authority.folder.iterdir()} == before


def test_processes_that_begin_together_share_one_authority(tmp_path: Path) -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(marks.Authority(tmp_path / "one").certificate_pem)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_signer_that_ran_out_is_issued_anew(tmp_path: Path, labelled: Path) -> None:
    old = marks.Authority(tmp_path / "old", now=datetime.now(UTC) - timedelta(days=1_900))
    new = marks.Authority(tmp_path / "old")
    assert new.certificate_pem == old.certificate_pem
    marks.sign(labelled, tmp_path / "signed.mp4", new, "x")
    assert marks.inspect(tmp_path / "signed.mp4", new).trusted
    leaf = x509.load_pem_x509_certificates(new.folder.joinpath("signer.pem").read_bytes())[0]
    assert leaf.not_valid_after_utc > datetime.now(UTC)
