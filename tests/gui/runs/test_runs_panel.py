"""The runs panel: what it lists, and how."""

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QComboBox, QLineEdit

from ganstudio import images
from ganstudio.events import Samples
from ganstudio.gui.runs.run_delegate import paint_picture
from ganstudio.gui.runs.run_list_model import RunListModel
from ganstudio.gui.workers import window_first
from ganstudio.gui.workers.run_list import Run, _corner
from ganstudio.runs import grids
from ganstudio.runs.folder import RunFolder
from support.panels import grid, tick
from support.run_list import choose, make_run, names, summary_of, wait_for
from support.window import WAIT


def test_while_the_program_starts_there_is_a_rest_before_each_run_that_is_read(panel, monkeypatch) -> None:
    rests: list[float] = []
    monkeypatch.setattr(window_first, "time", SimpleNamespace(sleep=rests.append, monotonic=time.monotonic))
    window_first.begin_start()
    try:
        panel.run_thread._list()
    finally:
        window_first.end_start()
    assert rests == [window_first._REST_SECONDS] * 3
    panel.run_thread._list()
    assert len(rests) == 3


def test_runs_are_listed_newest_first_with_what_is_known_of_them(panel):
    assert names(panel) == ["twig", "measured", "long"]
    tip = panel.runs.data(panel.runs.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "from step 5 of long" in tip
    assert "FCD 2.5" in panel.runs.data(panel.runs.index(1), Qt.ItemDataRole.ToolTipRole)
    picture = panel.runs.runs()[0].picture
    first = grid(10).pictures[0]
    assert picture.pixelColor(2, 2).red() == first[0, 0]
    assert not panel.grab().isNull()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["long", "measured", "twig"]),
        ("longest", ["long", "measured", "twig"]),
        ("best FCD", ["measured", "twig", "long"]),
    ],
)
def test_runs_are_sorted(panel, order, expected):
    panel.findChild(QComboBox, "runsOrder").setCurrentText(order)
    assert names(panel) == expected


def test_the_filter_looks_at_titles_parents_and_states(panel, qtbot):
    field = panel.findChild(QLineEdit, "runsFilter")
    qtbot.keyClicks(field, "from lo")
    assert names(panel) == ["twig"]
    field.setText("interrupted meas")
    assert names(panel) == ["measured"]
    field.setText("no such words")
    assert names(panel) == []
    assert panel.placeholder.isVisible()
    field.clear()
    assert len(names(panel)) == 3


def test_changes_on_disk_are_seen_and_the_selection_stays(panel, qtbot, home):
    choose(panel, "measured")
    make_run(home, "another", 30)
    panel.refresh()
    wait_for(panel, qtbot, 4)
    assert names(panel)[0] == "another"
    assert [run.summary.name for run in panel.view.selected_runs()] == ["measured"]
    RunFolder.open(home / "another").append(tick(40))
    panel.refresh()
    qtbot.waitUntil(lambda: summary_of(panel, "another").steps == 40, timeout=WAIT)


def test_hundreds_of_runs_are_filtered_at_once(panel, qtbot):
    first = panel.runs.runs()[0]
    made = [Run(replace(first.summary, path=Path(f"/{n}"), name=f"run {n}"), first.picture) for n in range(500)]
    runs = RunListModel()
    assert runs.set_runs(made)
    assert not runs.set_runs(list(made))
    runs.set_filter("run 49")  # 49, 149 ... 449 and 490 to 499
    assert sorted(int(run.summary.name.split()[1]) for run in runs.runs()) == sorted(
        number for number in range(500) if "49" in str(number)
    )


def test_a_run_s_picture_keeps_its_shape_and_a_checkerboard_shows_through(qtbot) -> None:
    picture = QImage(96, 48, QImage.Format.Format_ARGB32)
    picture.fill(QColor(0, 0, 0, 0))
    for x in range(48):
        for y in range(48):
            picture.setPixelColor(x, y, QColor(250, 0, 0))
    canvas = QImage(48, 48, QImage.Format.Format_RGB32)
    canvas.fill(QColor(1, 2, 3))
    painter = QPainter(canvas)
    paint_picture(painter, canvas.rect(), picture)
    painter.end()
    assert canvas.pixelColor(24, 2).getRgb()[:3] == (1, 2, 3)  # above it
    assert canvas.pixelColor(4, 24) == QColor(250, 0, 0)
    seen = {canvas.pixelColor(x, y).red() for x in range(26, 48) for y in range(14, 34)}
    assert seen == set(images.CHECK_GREYS)


def test_a_corner_of_a_grid_has_whole_pictures_of_any_shape(tmp_path: Path) -> None:
    pictures = np.zeros((4, 24, 48, 4), np.uint8)
    pictures[0] = (0, 200, 0, 200)
    grids.write(tmp_path / "5.png", Samples(5, 0.5, pictures), 2)
    picture = _corner(tmp_path / "5.png", 24, 48)
    assert (picture.width(), picture.height()) == (96, 96)  # two, one below the other
    assert picture.pixelColor(48, 24).getRgb() == (0, 255, 0, 200)
    assert picture.pixelColor(48, 72).alpha() == 0
