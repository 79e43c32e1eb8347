"""What a home remembers of its stack."""

from pathlib import Path

import pytest

from tools.stack import state
from tools.stack.errors import StackRefused
from tools.stack.ports import FIRST_PORT


def test_a_second_stack_of_one_home_is_refused_and_told_where_the_first_is(tmp_path: Path) -> None:
    state.remember(tmp_path, "http://127.0.0.1:5601", 5601)

    with state.alone(tmp_path), pytest.raises(StackRefused, match=":5601"), state.alone(tmp_path):
        pass
    with state.alone(tmp_path):
        pass


def test_the_port_of_last_time_is_preferred(tmp_path: Path) -> None:
    assert state.preferred_port(tmp_path) == FIRST_PORT
    state.remember(tmp_path, "http://127.0.0.1:5611", 5611)
    assert state.preferred_port(tmp_path) == 5611


def test_a_damaged_memory_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text("{")

    assert state.preferred_port(tmp_path) == FIRST_PORT
