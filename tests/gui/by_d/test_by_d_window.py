"""The real pictures by the opinion of D, and taking some out of the set, driven as a person would."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.gui.by_d.window import ByDWindow
from ganstudio.gui.widgets import theme
from ganstudio.gui.window.by_d import ByD
from ganstudio.gui.workers import by_d
from ganstudio.runs import begin_from
from ganstudio.runs.folder import RunFolder, RunInfo
from support import models
from support.explorer import Kit, kit
from support.imports import bring_in, pictures
from support.picture_folder import save
from support.window import TINY, WAIT

OWN = replace(TINY, data=cfg.DataConfig("own", 8, 3), network=cfg.NetworkConfig("mlp", 8, 8))
DIGITS = replace(TINY, data=cfg.DataConfig("digits", 8), network=cfg.NetworkConfig("mlp", 8, 8))
FILES = [f"{number}.png" for number in range(1, 51)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for number, name in enumerate(FILES):
        save(tmp_path / "source" / name, (5 * number, 250 - 5 * number, 7 * number % 255))
    return tmp_path / "source"


@pytest.fixture
def show(qtbot, dressed, thread, tmp_path: Path) -> Iterator:
    opened: list[ByDWindow] = []

    def make(config: cfg.RunConfig, with_d: bool = True) -> tuple[ByDWindow, Kit]:
        run = kit(tmp_path, thread, config, with_d)
        window = ByDWindow(run.model, run.explorer)
        qtbot.addWidget(window)
        opened.append(window)
        window.show()
        return window, run

    yield make
    for window in opened:
        window.close()
        assert window.stop()


def whole(window: ByDWindow) -> bool:
    return window.sorter.judged is not None and window.sorter.judged.is_whole and window.sorter.pictures is not None


def test_pictures_are_sorted_looked_at_taken_out_and_put_back(show, qtbot, source: Path, tmp_path: Path) -> None:
    first = bring_in(source)
    real = pictures(first).copy()
    window, run = show(OWN)
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    logits = run.sampler.critic.logits(real)
    order = np.argsort(logits, kind="stable")
    qtbot.waitUntil(lambda: window.sorter.numbers == tuple(order[:40]), timeout=WAIT)
    assert np.array_equal(window.grid.pictures, real[order[:40]])
    assert "50 real pictures of own, by D of step 1." in window.says.text()
    window.ends.button(1).click()
    qtbot.waitUntil(lambda: window.sorter.numbers == tuple(order[::-1][:40]), timeout=WAIT)
    window.next.click()
    qtbot.waitUntil(lambda: window.sorter.numbers == tuple(order[::-1][40:]), timeout=WAIT)
    assert window.place.text() == "41 to 50"
    assert not window.next.isEnabled()
    worst = int(order[0])
    qtbot.mouseClick(window.grid, Qt.MouseButton.LeftButton, pos=window.grid.centre_of(9))
    assert window.chosen == worst
    assert np.array_equal(window.large.pictures, real[worst, None])
    name = first.index.files[worst].entry.path
    chance = float(run.sampler.critic.opinion(real[worst, None])[0])
    assert window.about.text().splitlines() == [name, f"D(x) is {chance:.2f}", "1 of 50, the least real first"]

    assert not window.take_out_button.isEnabled()
    window.mark_button.click()
    alarm = QColor(theme.current().alarm)
    tinted = real[worst] * 0.4 + 0.6 * np.array([alarm.red(), alarm.green(), alarm.blue()])
    assert np.allclose(window.grid.pictures[9], tinted, atol=1)
    window.take_out_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    assert "1 picture was taken out of own, which has 49 now. No file was deleted." in window.edit_says.text()
    assert len(catalog.load("own", size=8, channels=3).images) == 49
    assert (source / name).is_file()
    assert window.about.text().endswith("It is out of the set.")
    assert window.mark_button.text() == "Put back"
    window.judge()  # no version of the set is named: D judges the newest one
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    assert window.chosen == -1
    assert name not in window._facts.files
    assert np.array_equal(window.sorter.judged.order, np.argsort(logits[np.arange(50) != worst], kind="stable"))
    window.undo_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    window.judge()
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    window.ends.button(0).click()
    qtbot.waitUntil(lambda: window.sorter.numbers == tuple(order[:40]), timeout=WAIT)
    window.grid.chosen.emit(window.sorter.numbers.index(worst))
    assert len(catalog.load("own", size=8, channels=3).images) == 50
    assert not window.undo_button.isEnabled()
    window.mark_button.click()
    window.take_out_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    window.put_back_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    assert window.editor.out == frozenset()


def test_of_a_set_of_the_program_nothing_is_taken_out_and_judging_can_be_stopped(show, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(by_d, "_BATCH", 8)
    window, _ = show(DIGITS)
    qtbot.waitUntil(lambda: window.sorter.judged is not None and len(window.sorter.judged.order) > 0, timeout=WAIT)
    window.judge_button.click()
    assert not window.sorter.is_judging
    count = len(window.sorter.judged.order)
    window.sorter._take(replace(window.sorter.judged, order=np.arange(1797)))  # a report that was under way
    assert f"{count:,} of 1,797 real pictures" in window.says.text()
    assert "stays as it is" in window.edit_says.text()
    assert not window.take_out_button.isVisible()
    assert window.judge_button.text() == "Judge again"
    qtbot.waitUntil(lambda: window.sorter.pictures is not None, timeout=WAIT)
    window.grid.chosen.emit(0)
    assert "Class: " in window.about.text()
    assert not window.mark_button.isVisible()


def test_a_failed_change_is_said_and_the_marks_stay(show, qtbot, source: Path, tmp_path: Path) -> None:
    bring_in(source)
    window, _ = show(OWN)
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    for number in range(50):
        window.sorter.toggle(number)
    window.take_out_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    assert "No picture of own would be left" in window.edit_says.text()
    assert len(window.sorter.marked) == 50
    assert window.take_out_button.isEnabled()


def test_it_says_why_nothing_can_be_sorted_and_what_a_run_was_trained_without(show, qtbot, tmp_path: Path) -> None:
    window, run = show(OWN)
    qtbot.waitUntil(lambda: "own" in window.says.text(), timeout=WAIT)  # the set is not here
    folder = RunFolder.create(tmp_path / "run", OWN, RunInfo.now(OWN))
    (folder.path / "left_out.json").write_text('["a.png", "b.png"]')
    run.model.folder = folder
    window.judge()
    qtbot.waitUntil(lambda: "2 pictures had been taken out: a.png, b.png." in window.says.text(), timeout=WAIT)
    packed = replace(DIGITS, network=replace(DIGITS.network, packing=2))
    other, _ = show(packed, with_d=False)
    qtbot.waitUntil(lambda: "packing" in other.says.text(), timeout=WAIT)


def test_to_go_on_without_them_a_new_run_begins_from_the_networks_of_the_open_one(qapp, tmp_path: Path) -> None:
    run = models.run(tmp_path / "run", OWN)
    offered: list[cfg.RunConfig] = []
    session = SimpleNamespace(
        model=SimpleNamespace(folder=run, config=OWN),
        set_up=offered.append,
        when_free=lambda action, description: action(),
    )
    context = SimpleNamespace(window=None, session=session, actions=SimpleNamespace(connect=lambda slots: None))
    ByD(context)._go_on()
    assert offered[0].begin.source == str(run.path)
    assert offered[0].data == OWN.data
    assert begin_from.load(offered[0].begin.source).title.endswith("step 9")
