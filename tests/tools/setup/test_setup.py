"""Set-up: what is due, and which torch."""

from pathlib import Path

from tools.setup import stamps, torch_build
from tools.setup.steps import steps


def test_a_step_is_due_again_when_its_inputs_change(tmp_path: Path) -> None:
    lock = tmp_path / "runtime.txt"
    lock.write_text("flask==3.1.3\n")
    before = stamps.digest_of([lock], "3.11")
    stamps.write_done(tmp_path / "stamps", "runtime", before)
    assert stamps.is_done(tmp_path / "stamps", "runtime", before)

    assert stamps.digest_of([lock], "3.12") != before
    lock.write_text("flask==3.1.4\n")
    assert not stamps.is_done(tmp_path / "stamps", "runtime", stamps.digest_of([lock], "3.11"))


def test_a_machine_without_a_driver_gets_the_cpu_build_where_it_is_offered() -> None:
    assert torch_build.choose(driver=False, cpu_offered=True) is torch_build.CPU
    assert torch_build.choose(driver=True, cpu_offered=True) is torch_build.CUDA
    assert torch_build.choose(driver=False, cpu_offered=False) is torch_build.ONLY_CUDA


def test_the_person_hears_how_much_will_come() -> None:
    for build in (torch_build.CPU, torch_build.CUDA, torch_build.ONLY_CUDA):
        assert "to fetch" in build.words
        assert "on disk" in build.words


def test_the_environment_comes_first_and_the_packages_before_what_runs_in_them() -> None:
    assert [step.name for step in steps(development=False)] == ["venv", "torch", "runtime", "models", "vendor", "kernels", "translations"]
    assert [step.name for step in steps(development=True)][2] == "dev"
