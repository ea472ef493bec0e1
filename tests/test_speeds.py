"""The time that a run takes on this computer."""

from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio import presets, speeds, user_presets
from ganstudio.speeds import TrainingSpeeds
from ganstudio.system import paths

QUICK, FINE = (presets.load(name).config for name in ("mnist-quick", "mnist-fine"))


@pytest.fixture(autouse=True)
def _file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "speeds_file", lambda: tmp_path / "speeds.toml")


def store(config: cfg.RunConfig, milliseconds: float) -> None:
    speeds = TrainingSpeeds()
    if speeds.record(config, "cpu", milliseconds):
        speeds.write()


def test_before_anything_ran_it_is_as_on_two_cores() -> None:
    found = TrainingSpeeds().estimate(QUICK, 60_000)
    assert found is not None
    assert not found.is_measured_here
    assert 100 < found.seconds < 1000


def test_a_run_here_tells_of_its_own_preset_and_of_others_by_their_cost() -> None:
    store(QUICK, 0.5)
    speeds = TrainingSpeeds()  # it was kept
    assert speeds.estimate(QUICK, 60_000).seconds == pytest.approx(5 * 60_000 * 0.5e-3)
    assert speeds.estimate(QUICK, 60_000).is_measured_here
    beside = presets.load("mnist-fine").cost / presets.load("mnist-quick").cost
    assert speeds.estimate(FINE, 1000).seconds == pytest.approx(24 * 1000 * 0.5e-3 * beside)


def test_what_changes_the_cost_makes_it_unknown_and_what_does_not_does_not() -> None:
    wide = cfg.change(QUICK, "network.width", 64)
    assert TrainingSpeeds().estimate(wide, 60_000) is None
    assert TrainingSpeeds().estimate(cfg.change(QUICK, "optimizer.d_lr", 1e-4), 60_000) == TrainingSpeeds().estimate(
        QUICK, 60_000
    )
    store(wide, 9.0)
    assert not TrainingSpeeds().estimate(QUICK, 60_000).is_measured_here  # it was no run of a preset


def test_a_run_of_time_takes_its_time_and_one_without_an_end_nobody_knows() -> None:
    assert TrainingSpeeds().estimate(cfg.change(QUICK, "seconds", 90), 1).seconds == 90
    assert TrainingSpeeds().estimate(cfg.change(QUICK, "epochs", 0), 1) is None


@pytest.mark.parametrize("text", ["latest =", "latest = 'cpu'\nspeeds = 3\n", "[speeds.cpu]\nx = 'fast'\n"])
def test_a_broken_file_of_speeds_harms_nothing(text: str) -> None:
    paths.speeds_file().write_text(text)
    assert not TrainingSpeeds().estimate(QUICK, 60_000).is_measured_here
    store(QUICK, 0.5)
    assert TrainingSpeeds().estimate(QUICK, 60_000).is_measured_here


def test_what_presets_cost_is_worked_out_anew_only_when_there_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = cfg.change(QUICK, "network.width", 72)
    assert speeds.same_cost(wide) is None
    worked_out: list[cfg.RunConfig] = []
    monkeypatch.setattr(speeds, "costs", lambda config, of=speeds.costs: worked_out.append(config) or of(config))
    assert speeds.same_cost(QUICK).name == "mnist-quick"
    assert speeds.same_cost(wide) is None
    assert worked_out == [QUICK, wide]
    mine = user_presets.save(wide, "Wide")
    assert speeds.same_cost(mine.config) == mine
    assert speeds.same_cost(wide) is None  # nothing is known of what mine costs
    user_presets.remove(mine.name)
    assert speeds.same_cost(mine.config) is None
