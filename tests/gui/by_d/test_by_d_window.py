"""The real pictures by the opinion of D, and taking some out of the set, driven as a person would."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QColor

from ganstudio import config as cfg
from ganstudio.data import catalog, imported
from ganstudio.data.pictures import removal, stored, taking_out
from ganstudio.gui.by_d.window import ByDWindow
from ganstudio.gui.widgets import theme
from ganstudio.gui.window.by_d import ByD
from ganstudio.gui.workers import by_d
from ganstudio.runs import begin_from
from ganstudio.runs.folder import RunFolder, RunInfo
from support import models
from support.explorer import Kit, kit
from support.imports import bring_in, bytes_of, pictures
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


def test_pictures_are_sorted_looked_at_taken_out_and_put_back(
    show, qtbot, dressed, source: Path, tmp_path: Path
) -> None:
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
    theme.apply(dressed, "light")
    alarm = QColor(theme.current().alarm)
    tinted = real[worst] * 0.4 + 0.6 * np.array([alarm.red(), alarm.green(), alarm.blue()])
    qtbot.waitUntil(lambda: np.allclose(window.grid.pictures[9], tinted, atol=1), timeout=WAIT)
    theme.apply(dressed, "dark")
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


def slowly(read: Callable) -> Callable:
    """Return what reads pictures so slowly that there is time to stop it."""

    def wait(*args: object) -> object:
        time.sleep(0.005)
        return read(*args)

    return wait


def test_of_a_set_of_the_program_nothing_is_taken_out_and_judging_can_be_stopped(show, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(by_d, "_BATCH", 8)
    monkeypatch.setattr(by_d, "_read", slowly(by_d._read))
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


def take_out_first(window: ByDWindow, qtbot) -> str:
    """Take the first picture of the page out, and return its path."""
    window.grid.chosen.emit(0)
    window.mark_button.click()
    window.take_out_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    return window._file(window.chosen)


def test_a_set_that_was_imported_anew_meanwhile_is_left_alone(show, qtbot, source: Path, tmp_path: Path) -> None:
    bring_in(source)
    window, _ = show(OWN)
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    take_out_first(window, qtbot)
    removal.remove("own")
    before = bytes_of(bring_in(source).folder)
    for button in (window.undo_button, window.put_back_button):
        button.click()
        qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
        assert "own is not what was looked at" in window.edit_says.text()
    window.grid.chosen.emit(1)
    window.mark_button.click()
    window.take_out_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    assert "own is not what was looked at" in window.edit_says.text()
    assert [version.name for version in stored.versions(stored.set_folder("own"))] == ["v1"]
    assert bytes_of(stored.newest(stored.set_folder("own"))) == before
    window.judge()
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    assert not window.undo_button.isEnabled()  # what was done was done to another set
    take_out_first(window, qtbot)
    assert "which has 49 now" in window.edit_says.text()


def test_pictures_that_the_set_no_longer_has_cannot_be_taken_out(show, qtbot, source: Path, tmp_path: Path) -> None:
    first = bring_in(source)
    folder = RunFolder.create(tmp_path / "run", OWN, replace(RunInfo.now(OWN), data_fingerprint=first.info.fingerprint))
    stored.keep_for_run(first.folder, folder.path)
    save(source / FILES[4], (1, 2, 3))
    bring_in(source, is_update=True)
    window, run = show(OWN)
    run.model.folder = folder
    window.judge()
    qtbot.waitUntil(lambda: whole(window) and "50" in window.says.text(), timeout=WAIT)
    names = window._facts.files
    assert window._facts.others == {FILES[4]}
    changed = names.index(FILES[4])
    window.chosen = changed
    window._show()
    assert "The set no longer has this picture." in window.about.text()
    assert not window.mark_button.isEnabled()
    window.sorter.toggle(changed)
    window.sorter.toggle(names.index(FILES[0]))
    window.take_out_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    assert imported.names_left_out("own") == (FILES[0],)


def test_a_change_is_not_taken_back_in_the_set_that_is_looked_at_next(
    show, qtbot, source: Path, tmp_path: Path
) -> None:
    bring_in(source)
    bring_in(source, "other")
    window, _ = show(OWN)
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    window.sorter.toggle(window.sorter.numbers[1])
    window.take_out_button.click()
    assert window.editor.is_busy
    asked = window.sorter.asked
    data = replace(asked.data, data=replace(asked.data.data, name="other"))
    request = by_d.JudgeRequest(asked.model, data)
    window.editor.look_at(request)
    window.sorter.judge(request)
    qtbot.waitUntil(lambda: not window.editor.is_busy and whole(window), timeout=WAIT)
    assert len(imported.names_left_out("own")) == 1
    assert not window.editor.can_undo
    assert window.editor.out == frozenset()
    assert imported.names_left_out("other") == ()


def test_files_are_changed_beside_the_gui_thread_also_to_undo(show, qtbot, source: Path, monkeypatch) -> None:
    threads: list[str] = []
    for name in ("take_out", "put_back", "compare", "paths_out_of"):
        real = getattr(taking_out, name)

        def noted(*args, real=real, **named):
            threads.append(QThread.currentThread().objectName())
            return real(*args, **named)

        monkeypatch.setattr(taking_out, name, noted)
    bring_in(source)
    window, _ = show(OWN)
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    take_out_first(window, qtbot)
    window.undo_button.click()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    assert imported.names_left_out("own") == ()
    assert set(threads[:-1]) == {"byDThread", "editThread"}
    assert threads.count("editThread") >= 4


def test_a_closed_window_keeps_no_data_and_says_what_becomes_of_a_change_in_the_main_window(
    show, qtbot, source: Path, qapp
) -> None:
    said: list[str] = []
    bring_in(source)
    window, run = show(OWN)
    session = SimpleNamespace(model=run.model, notifier=SimpleNamespace(say=lambda text, topic: said.append(text)))
    parts = ByD(SimpleNamespace(window=None, session=session, actions=SimpleNamespace(connect=lambda slots: None)))
    parts._window = window
    window.editor.ended.connect(parts._say)
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    window.next.click()
    qtbot.waitUntil(lambda: len(window.sorter.numbers) == 10, timeout=WAIT)
    take_out_first(window, qtbot)
    assert said == []
    window.sorter.toggle(window.sorter.numbers[1])
    window.take_out_button.click()
    window.close()
    qtbot.waitUntil(lambda: not window.editor.is_busy, timeout=WAIT)
    assert "which has 48 now" in said[0]
    qtbot.waitUntil(lambda: window.sorter._thread._set is None, timeout=WAIT)
    window.show()
    window.previous.click()
    qtbot.waitUntil(lambda: "no longer those of the data set" in window.says.text(), timeout=WAIT)
    window.judge_button.click()
    qtbot.waitUntil(lambda: whole(window), timeout=WAIT)
    window.close()
    qtbot.waitUntil(lambda: window.sorter._thread._set is None, timeout=WAIT)
    window.show()
    window.next.click()
    qtbot.waitUntil(lambda: len(window.sorter.numbers) == 8, timeout=WAIT)


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
