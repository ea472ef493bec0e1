"""Files of the curves: what is saved is what the panel shows."""

import csv
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QToolButton

from ganstudio.events import Marked
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.run_model import RunModel
from support.curves import plot, plot_buttons, train, view


def test_saved_as_table_picture_and_drawing(qtbot, panel: CurvesPanel, model: RunModel, tmp_path: Path) -> None:
    train(model, 1, 2)
    train(model, 3, g_loss=None)
    panel.redraw()
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save(tmp_path / "curves.csv")
    rows = list(csv.DictReader((tmp_path / "curves.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["step"] for row in rows] == ["1", "2", "3"]
    assert [row["g_loss"] for row in rows] == ["2", "2", ""]
    assert [float(row["d_real"]) for row in rows] == [0.6] * 3
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save(tmp_path / "curves.png")
    assert QImage(str(tmp_path / "curves.png")).width() > 400
    with qtbot.waitSignal(panel.written, timeout=20_000):
        panel.files.save(tmp_path / "curves.svg")
    drawing = ElementTree.parse(tmp_path / "curves.svg").getroot()
    words = {each.text for each in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Loss", "V(D, G)", "real"} <= {str(each).strip() for each in words}


def test_the_chart_that_is_saved_is_what_the_panel_shows(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    for step in range(1, 100):
        train(model, step, d_loss=1 + 0.2 * np.sin(step))
    model.handle(Marked(50, "change", "learning rate of D: 0.1 to 0.2"))
    qtbot.waitUntil(lambda: bool(plot(panel, "lossPlot").drawing.marks))
    plot(panel, "lossPlot").legend["g_loss"].click()
    plot_buttons(panel)[3].click()
    panel.findChild(QToolButton, "logScaleButton").click()
    panel.footer.findChild(QComboBox).setCurrentText("steps")
    qtbot.keyClick(view(panel, "lossPlot"), Qt.Key.Key_Plus)
    panel.redraw()
    chart = panel.files.chart()
    assert [shown.spec.title for shown in chart.plots] == ["Loss", "Accuracy", "D(x)"]
    loss, accuracy, _ = chart.plots
    assert (loss.log, accuracy.log) == (True, False)
    assert list(loss.curves) == ["d_loss"]
    assert chart.x_range == view(panel, "lossPlot").x_range()
    assert chart.unit == "step"
    assert chart.marks == ((50.0, "change"),)
    drawing = plot(panel, "lossPlot").drawing.trace("d_loss")
    assert np.array_equal(np.log10(loss.curves["d_loss"].line), drawing.y)  # smoothed alike


@pytest.mark.parametrize("kind", ["csv", "png", "svg"])
def test_a_file_that_cannot_be_written_is_said(qtbot, panel: CurvesPanel, model: RunModel, tmp_path, kind) -> None:
    train(model, 1, 2)
    with qtbot.waitSignal(panel.failed, timeout=20_000) as got:
        panel.files.save(tmp_path / "no" / f"curves.{kind}")
    assert "could not be written" in got.args[0].message


def test_the_menu_offers_the_files_and_the_way_back(panel: CurvesPanel) -> None:
    texts = [each.text() for each in panel.menu().actions() if each.text()]
    assert [kind for text in texts[:3] for kind in ("PNG", "SVG", "CSV") if kind in text] == ["PNG", "SVG", "CSV"]
    assert texts[4:] == ["Show the whole run"]
