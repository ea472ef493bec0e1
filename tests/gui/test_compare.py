"""Runs side by side: their curves over each other, their pictures at a common time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from panel_kit import SMALL, Z_SIZE, grid, snapshot, tick
from PySide6.QtCore import Qt
from window_kit import WAIT

from ganstudio import config as cfg
from ganstudio.gui import compare_data
from ganstudio.gui.compare import CompareWindow
from ganstudio.gui.compare_data import CURVES
from ganstudio.latent.sampler import Sampler, noise
from ganstudio.runs.folder import RunFolder, RunInfo


def make_run(path: Path, config: cfg.RunConfig, loss: float, *steps: int) -> Path:
    """A run on disk, without training: a tick, a grid and a generator at each of the steps."""
    folder = RunFolder.create(path, config, RunInfo.now(config))
    for step in steps:
        folder.append(tick(step, g_loss=loss))
        folder.save_samples(grid(step))
        Path(snapshot(path, step, config).path).rename(folder.snapshot_path(step))
    return path


@pytest.fixture
def window(qtbot):
    window = CompareWindow()
    window.failures = []
    window.failed.connect(window.failures.append)
    qtbot.addWidget(window)
    window.show()
    yield window
    assert window.stop()
    assert not window.failures


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    return [
        make_run(tmp_path / "one", SMALL, 2.0, 10, 20, 30),
        make_run(tmp_path / "other", SMALL, 5.0, 10, 25),
    ]


def compared(window: CompareWindow, qtbot, runs: list[Path]) -> None:
    window.compare(runs)
    qtbot.waitUntil(lambda: len(window.titles()) == len(runs) and shown(window, 0) is not None, timeout=WAIT)


def shown(window: CompareWindow, index: int) -> np.ndarray | None:
    return window.grid(index)._pictures


def reach_picture(window: CompareWindow, qtbot, index: int, wanted: np.ndarray) -> None:
    qtbot.waitUntil(lambda: np.array_equal(shown(window, index), wanted), timeout=WAIT)


def test_curves_lie_over_each_other_and_grids_stand_side_by_side(window, qtbot, two):
    compared(window, qtbot, two)
    assert window.titles() == ["one", "other"]
    qtbot.waitUntil(lambda: all(len(x) for x, _ in window.plot.lines()), timeout=WAIT)
    for (x, y), loss, last in zip(window.plot.lines(), (2.0, 5.0), (3.0, 2.5), strict=True):
        assert x[-1] == last  # epochs
        np.testing.assert_allclose(y, loss)
    reach_picture(window, qtbot, 0, grid(30).pictures)
    reach_picture(window, qtbot, 1, grid(25).pictures)  # it went no further


def test_the_slider_goes_to_the_same_time_in_all(window, qtbot, two):
    compared(window, qtbot, two)
    assert window.slider.maximum() == 3  # epochs 1, 2, 2.5 and 3
    qtbot.keyClick(window.slider, Qt.Key.Key_Home)
    qtbot.keyClick(window.slider, Qt.Key.Key_Right)
    reach_picture(window, qtbot, 0, grid(20).pictures)
    reach_picture(window, qtbot, 1, grid(10).pictures)
    assert "epoch 2.0" in window._words.text()


def test_the_same_z_is_shown_by_all_where_it_fits(window, qtbot, two, tmp_path):
    compared(window, qtbot, two)
    qtbot.mouseClick(window._noise.button(1), Qt.MouseButton.LeftButton)
    for index, (run, step) in enumerate(zip(two, (30, 25), strict=True)):
        made = Sampler.from_snapshot(RunFolder.open(run).snapshot_path(step), SMALL).sample(noise(9, Z_SIZE, 1))
        reach_picture(window, qtbot, index, made)
    wider = replace(SMALL, network=replace(SMALL.network, z_size=7))
    compared(window, qtbot, [two[0], make_run(tmp_path / "wider", wider, 1.0, 10)])
    qtbot.waitUntil(lambda: window.titles() == ["one", "wider"], timeout=WAIT)
    assert not window._noise.button(1).isEnabled()
    assert "different sizes" in window._noise.button(1).toolTip()


def test_measures_are_curves_of_their_own(tmp_path):
    story = compared_story(tmp_path)
    fcd = next(each for each in CURVES if each.column == "fcd")
    assert [part.tolist() for part in story.curve(fcd, "steps")] == [[], []]
    loss = next(each for each in CURVES if each.column == "g_loss")
    assert story.curve(loss, "steps")[0].tolist() == [10, 20]
    assert story.step_at(1.5, "epochs") == 15
    assert story.step_at(99, "epochs") == 20
    assert story.epoch_at(15) == 1.5


def compared_story(folder: Path) -> compare_data.Story:
    return compare_data.read(make_run(folder / "run", SMALL, 1.0, 10, 20))


def test_a_run_that_is_gone_is_an_error(window, qtbot, tmp_path):
    with qtbot.waitSignal(window.failed, timeout=WAIT):
        window.compare([tmp_path / "gone", tmp_path / "too"])
    assert "no such folder" in window.failures.pop().message
