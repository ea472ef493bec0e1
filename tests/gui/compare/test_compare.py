"""Runs side by side: their curves over each other, their pictures at a common time."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from ganstudio import config as cfg
from ganstudio.events import Marked, Measured
from ganstudio.gui.compare import compared_runs
from ganstudio.gui.compare.compared_runs import CURVES
from ganstudio.gui.compare.differences import find_differences, setting_values
from ganstudio.gui.compare.window import CompareWindow
from ganstudio.gui.setup.form import paths_in_order
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.workers import window_first
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.plots.curve_data import Curve
from ganstudio.runs import labels
from ganstudio.runs.folder import Label, RunFolder, RunInfo
from support.panels import CONDITIONAL, SMALL, Z_SIZE, grid, snapshot, tick
from support.window import WAIT


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


def test_workers_wait_while_the_comparison_is_shown(window: CompareWindow, qtbot, two: list[Path], monkeypatch) -> None:
    held: list[int] = []
    monkeypatch.setattr(window_first, "hold_workers", lambda: held.append(1))
    compared(window, qtbot, two)
    assert len(held) == 1


def compared(window: CompareWindow, qtbot, runs: list[Path]) -> None:
    window.compare(runs)
    qtbot.waitUntil(lambda: len(window.titles()) == len(runs) and shown(window, 0) is not None, timeout=WAIT)


def shown(window: CompareWindow, index: int) -> np.ndarray | None:
    return window.grid(index).pictures


def noise_button(window: CompareWindow, index: int) -> QAbstractButton:
    return window.findChild(ChoiceRow, "compareNoise").button(index)


def reach_picture(window: CompareWindow, qtbot, index: int, wanted: np.ndarray) -> None:
    qtbot.waitUntil(lambda: np.array_equal(shown(window, index), wanted), timeout=WAIT)


def test_curves_lie_over_each_other_and_grids_stand_side_by_side(window, qtbot, two):
    compared(window, qtbot, two)
    box = window.curves.curve_box
    box.setCurrentText("loss of G")
    box.activated.emit(box.currentIndex())
    assert window.titles() == ["one", "other"]
    qtbot.waitUntil(lambda: [y[0] for _, y in window.plot.lines() if len(y)] == [2.0, 5.0], timeout=WAIT)
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
    assert "epoch 2.0" in window.place_text


def test_the_same_z_is_shown_by_all_where_it_fits(window, qtbot, two, tmp_path):
    compared(window, qtbot, two)
    qtbot.mouseClick(noise_button(window, 1), Qt.MouseButton.LeftButton)
    for index, (run, step) in enumerate(zip(two, (30, 25), strict=True)):
        made = Sampler.from_snapshot(RunFolder.open(run).snapshot_path(step), SMALL).sample(noise(9, Z_SIZE, 1))
        reach_picture(window, qtbot, index, made)
    wider = replace(SMALL, network=replace(SMALL.network, z_size=7))
    compared(window, qtbot, [two[0], make_run(tmp_path / "wider", wider, 1.0, 10)])
    qtbot.waitUntil(lambda: window.titles() == ["one", "wider"], timeout=WAIT)
    assert not noise_button(window, 1).isEnabled()
    assert "differ in the size of z" in noise_button(window, 1).toolTip()


@pytest.mark.parametrize("same", [0, 1])
def test_a_column_shows_one_class(window, qtbot, tmp_path, same):
    config = cfg.change(cfg.change(CONDITIONAL, "network.classes", 3), "output.grid", 3)
    compared(window, qtbot, [make_run(tmp_path / name, config, 2.0, 10) for name in ("one", "other")])
    before = shown(window, 0)
    qtbot.mouseClick(noise_button(window, same), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not same or shown(window, 0) is not before, timeout=WAIT)
    for width in range(700, 1200, 100):
        window.resize(width, 700)
        assert window.grid(0).arrangement().columns % 3 == 0, width


def test_measures_are_curves_of_their_own(tmp_path):
    run = compared_run(tmp_path)
    fcd = next(each for each in CURVES if each.column == "fcd")
    assert [part.tolist() for part in run.curve(fcd, "steps")] == [[], []]
    loss = next(each for each in CURVES if each.column == "g_loss")
    assert run.curve(loss, "steps")[0].tolist() == [10, 20]
    assert run.step_at(1.5, "epochs") == 15
    assert run.step_at(99, "epochs") == 20
    assert run.epoch_at(15) == 1.5


def compared_run(folder: Path) -> compared_runs.ComparedRun:
    return compared_runs.read_run(make_run(folder / "run", SMALL, 1.0, 10, 20))


def test_a_run_that_is_gone_is_an_error(window, qtbot, tmp_path):
    with qtbot.waitSignal(window.failed, timeout=WAIT):
        window.compare([tmp_path / "gone", tmp_path / "too"])
    assert "no such folder" in window.failures.pop().message


def change(step: int, path: str, old: object, new: object) -> Marked:
    return Marked(step, "change", f"{path}: {old} to {new}", path, old, new)


def test_it_begins_with_what_differs_live_edits_included(window, qtbot, tmp_path):
    other = cfg.change(cfg.change(SMALL, "optimizer.batch_size", 32), "optimizer.g_lr", 0.004)
    runs = [make_run(tmp_path / "one", SMALL, 2.0, 10, 20), make_run(tmp_path / "other", other, 5.0, 10, 20)]
    before = SMALL.optimizer.g_lr
    RunFolder.open(runs[1]).append(change(12, "optimizer.g_lr", before, 0.004))
    compared(window, qtbot, runs)
    assert window.table.texts() == [
        ["learning rate of G", f"{before:g}", f"{before:g}, 0.004 from step 12"],
        ["batch size (pictures)", str(SMALL.optimizer.batch_size), "32"],
    ]


def test_runs_with_the_same_settings_are_said_to_have_them(window, qtbot, two):
    compared(window, qtbot, two)
    assert window.table.texts() == [["settings", "the same", "the same"]]


def test_settings_stand_in_the_order_of_the_form_with_units(tmp_path):
    longer = replace(SMALL, epochs=30, output=replace(SMALL.output, tick_seconds=3.0), seed=5)
    runs = [(each, setting_values(each, [])) for each in (SMALL, longer)]
    found = find_differences(runs, paths_in_order())
    assert [each.path for each in found] == [path for path in paths_in_order() if path in {each.path for each in found}]
    assert {each.path for each in found} == {"epochs", "seed", "output.tick_seconds"}
    assert next(each.values for each in found if each.path == "output.tick_seconds")[1] == "3 s"
    hinge = cfg.change(SMALL, "objective.loss", "hinge")  # knows no label smoothing: the same all the same
    runs = [(each, setting_values(each, [])) for each in (SMALL, hinge)]
    assert [each.path for each in find_differences(runs, paths_in_order())] == ["objective.loss"]
    changes = [change(step, "epochs", step, step + 1) for step in range(10, 15)]
    assert dict(setting_values(replace(SMALL, epochs=15), changes))["epochs"][-1] == (14, 15)


def test_all_curves_are_seen_and_one_is_large(window, qtbot, two):
    compared(window, qtbot, two)
    shown = {CURVES[place].column for place in window.curves.small_plots.indices()}
    assert {"g_loss", "d_loss", "d_acc", "value"} <= shown
    assert "fcd" not in shown  # nothing was measured
    assert window.curves.curve_box.currentText() == "accuracy of D"
    place = next(index for index, each in enumerate(CURVES) if each.column == "g_loss")
    qtbot.mouseClick(window.curves.small_plots.plot(place), Qt.MouseButton.LeftButton)
    assert window.curves.curve_box.currentText() == "loss of G"
    qtbot.waitUntil(lambda: len(window.plot.lines()[0][1]) > 0 and window.plot.lines()[0][1][-1] == 2.0, timeout=WAIT)


def test_quality_comes_first_where_it_was_measured_with_the_best_of_each(window, qtbot, two):
    for step, fcd in ((10, 800.0), (20, 5.0), (30, 6.0)):
        RunFolder.open(two[0]).append(Measured(step, step / 10, 0.1, "digits", 100, fcd, 0.9, 0.8, 1.0, 0.7))
    compared(window, qtbot, two)
    assert window.curves.curve_box.currentText() == "FCD"
    qtbot.waitUntil(lambda: window.plot.view.viewRange()[1][1] >= 800, timeout=WAIT)
    assert window.plot.view.viewRange()[1][0] == 0  # no negative distances
    assert window.table.texts()[:2] == [
        ["FCD, best", "5.00 at step 20", "\N{EN DASH}"],
        ["FCD, newest", "6.00", "\N{EN DASH}"],
    ]


def test_points_are_compared_by_their_own_distance(window, qtbot, two):
    RunFolder.open(two[0]).append(Measured(10, 1.0, 0.1, "points", 4096, js=0.25))
    compared(window, qtbot, two)
    assert window.table.texts()[0] == ["JS, best", "0.250 at step 10", "\N{EN DASH}"]
    RunFolder.open(two[1]).append(Measured(10, 1.0, 0.1, "digits", 100, 5.0, 0.9, 0.8, 1.0, 0.7))
    window.compare([*two])
    qtbot.waitUntil(
        lambda: window.table.texts()[:1] == [["FCD or JS, best", "JS 0.250 at step 10", "FCD 5.00 at step 10"]],
        timeout=WAIT,
    )


def test_a_new_name_shows_at_once(window, qtbot, two):
    compared(window, qtbot, two)
    labels.write(two[0], Label("the first"))
    window.rename(two[0])
    assert window.titles() == ["the first", "other"]
    assert window.table.horizontalHeaderItem(1).text() == "the first"


@pytest.mark.parametrize("size", [(1180, 728), (1012, 728), (888, 560)])
@pytest.mark.parametrize("count", [2, 6])
def test_it_fits_and_closes(dressed, window, qtbot, tmp_path, size, count):
    names = [f"run {number}" for number in range(count)]
    configs = [cfg.change(SMALL, "optimizer.batch_size", 16 + number) for number in range(count)]
    runs = [make_run(tmp_path / name, config, 2.0, 10) for name, config in zip(names, configs, strict=True)]
    compared(window, qtbot, runs)
    window.resize(*size)
    assert window.size().toTuple() == size
    for each in window.findChildren(QWidget):
        if each.isVisible() and not each.isWindow() and not window.table.isAncestorOf(each):
            room = each.rect().translated(each.mapTo(window, each.rect().topLeft()))
            assert window.rect().contains(room), each
    assert not window.table.verticalScrollBar().isVisible()
    if count == 2:
        qtbot.mouseClick(window.findChild(QPushButton, "closeCompareButton"), Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(window.slider, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_lines_are_made_by_the_thread_that_reads_the_runs_and_serve_both_units(window, qtbot, two, monkeypatch):
    extend, threads = Curve.extend, set()

    def watched(curve, values):
        threads.add(threading.current_thread() is threading.main_thread())
        extend(curve, values)

    monkeypatch.setattr(Curve, "extend", watched)
    compared(window, qtbot, two)
    window._unit.setCurrentText("steps")
    qtbot.waitUntil(lambda: [x[-1] for x, _ in window.plot.lines() if len(x)] == [30, 25], timeout=WAIT)
    assert threads == {False}
