"""Ports: two checkouts side by side, and a port in use."""

import pytest

from tools.stack import ports
from tools.stack.errors import StackRefused


def test_two_stacks_take_different_ports() -> None:
    with ports.open_web("127.0.0.1", None) as first:
        taken = first.getsockname()[1]
        with ports.open_web("127.0.0.1", None, taken) as second:
            assert second.getsockname()[1] > taken


def test_a_port_that_was_asked_for_and_is_in_use_is_an_error_that_names_another() -> None:
    with ports.open_web("127.0.0.1", None) as first:
        taken = first.getsockname()[1]
        with pytest.raises(StackRefused, match=f"Port {taken} is in use.*PORT={taken + 1}"):
            ports.open_web("127.0.0.1", taken)


def test_a_port_that_cannot_be_is_an_error_too() -> None:
    with pytest.raises(StackRefused, match="Cannot listen"):
        ports.open_web("127.0.0.1", 99_999)
