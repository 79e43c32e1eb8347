import pytest

from render.audio.harmony import chords, melody


def test_chords_are_read_by_name() -> None:
    assert [chord.classes for chord in chords("C F#m7 Bbmaj7 G5 Dsus4")] == [(0, 4, 7), (6, 9, 1, 4), (10, 2, 5, 9), (7, 2), (2, 7, 9)]
    with pytest.raises(ValueError, match="H"):
        chords("H")


def test_neighbouring_chords_lie_close_together() -> None:
    voicings = [chord.keys(57) for chord in chords("C G Am F")]
    assert all(57 <= key < 69 for voicing in voicings for key in voicing)


def test_a_tune_keeps_to_its_scale_and_rests_on_chords() -> None:
    progression = chords("C G Am F C G F G")
    tune = melody(progression, (0, 2, 4, 5, 7, 9, 11), 60, (1.0, 0.5, 0.5, 2.0, 1.0, 2.0, -1.0), seed=4)
    assert tune == melody(progression, (0, 2, 4, 5, 7, 9, 11), 60, (1.0, 0.5, 0.5, 2.0, 1.0, 2.0, -1.0), seed=4)
    assert {key % 12 for _, _, key in tune} <= {0, 2, 4, 5, 7, 9, 11}
    assert all(56 <= key <= 80 for _, _, key in tune)
    strong = [(beat, key) for beat, _, key in tune if beat % 2 == 0]
    assert all(key % 12 in progression[int(beat // 4)].classes for beat, key in strong)
