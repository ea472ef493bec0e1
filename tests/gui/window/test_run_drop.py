"""What is dropped on the window: one thing, or several that become one data set."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.window.run_drop import RunDrop
from ganstudio.gui.window.top_level import TopLevel


@pytest.fixture
def window(qtbot) -> TopLevel:
    made = TopLevel()
    qtbot.addWidget(made)
    return made


def drag(window: TopLevel, *urls: QUrl) -> bool:
    """Drag and drop; return whether that was possible."""
    data = QMimeData()
    data.setUrls(urls)
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = window.rect().center()
    entering = QDragEnterEvent(place, copy, data, left, none)
    QApplication.sendEvent(window, entering)
    if entering.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(place), copy, data, left, none))
    return entering.isAccepted()


def test_files_that_are_dropped_together_are_one_set_if_they_lie_in_one_folder(window, tmp_path: Path) -> None:
    drop, dropped, refused = RunDrop(window), [], []
    drop.picturesDropped.connect(lambda *what: dropped.append(what))
    drop.refused.connect(refused.append)
    here, there = [QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.png", "bees")], QUrl.fromLocalFile("/b.png")
    assert drag(window, *here)
    assert drop.hint.text() == f"Drop to import 2 files and folders of {tmp_path.name} as one data set"
    assert dropped == [(tmp_path, ("a.png", "bees"))]
    assert drag(window, *here, there)
    assert drop.hint.text() == refused[0]
    assert "Put them into one folder" in refused[0]
    assert drag(window, here[0], QUrl("https://example.org/c.png"))
    assert not drag(window, QUrl("https://example.org/c.png"))  # a page of a browser
    assert (len(refused), len(dropped)) == (2, 1)


def test_a_plot_takes_nothing_so_that_the_window_is_asked_there_too(window) -> None:
    """Qt would ask the plot, which refuses, and warn when what is dragged leaves it."""
    plot = PlotView("plot", "a plot")
    window.setCentralWidget(plot)
    RunDrop(window)
    assert [each for each in (plot, *plot.findChildren(QWidget)) if each.acceptDrops()] == []
    assert window.acceptDrops()
