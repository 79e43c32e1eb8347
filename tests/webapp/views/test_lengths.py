"""One way of writing lengths."""

import pytest

from webapp.views.lengths import lasting


@pytest.mark.parametrize(
    ("amount", "how", "words"),
    [
        (0, {}, "0:00"),
        (21_000, {}, "0:21"),
        (20_001, {}, "0:21"),
        (20_999, {"down": True}, "0:20"),
        (65, {"unit": "s"}, "1:05"),
        (3_723, {"unit": "s"}, "1:02:03"),
        (5_112_000, {"unit": "ticks", "digits": 1}, "0:21.3"),
        (14_399_999, {"unit": "ticks", "digits": 2}, "1:00.00"),
    ],
)
def test_a_length_reads_alike_everywhere(amount, how, words):
    assert lasting(amount, **how) == words
