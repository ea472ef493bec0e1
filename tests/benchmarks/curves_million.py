"""Measure whether the curves of a run with 1,000,000 rows of history can be panned at 60 frames a second.

    python tests/benchmarks/curves_million.py [--ticks N] [--frames N]

Drags a plot by mouse events, one move a frame, each until all plots are painted. Run it on the screen to be measured;
without one, QT_QPA_PLATFORM=offscreen paints in memory. Prints JSON.
"""

import argparse
import json
import time

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganstudio.events import Tick
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.runs.series import COLUMNS, Series

CHUNK = 10_000  # rows
AMPLITUDE = 120  # px, of the drag


def long_history(count: int) -> Series:
    """Return a noisy history of `count` rows; for part of it only one network was trained."""
    rng, series = np.random.default_rng(0), Series()
    data = rng.normal(0.7, 0.1, (len(COLUMNS), count))
    row_of = {name: index for index, name in enumerate(COLUMNS)}
    data[row_of["step"]] = np.arange(1, count + 1) * 20
    data[row_of["epoch"]] = data[row_of["step"]] / 468
    data[row_of["value"]] = rng.normal(-1.3, 0.2, count)
    data[row_of["g_loss"], count // 3 : count // 2] = np.nan
    for start in range(0, count, CHUNK):
        series.extend(Tick(*column) for column in data[:, start : start + CHUNK].T)
    return series


def pan(panel: CurvesPanel, app: QApplication, frames: int) -> list[float]:
    """Drag a plot left and right and return the seconds of each of `frames` frames."""
    area = panel.plots[1].view
    centre = QPointF(area.viewport().rect().center())
    seconds: list[float] = []
    ranges = set()
    QTest.mousePress(area.viewport(), Qt.MouseButton.LeftButton, pos=centre.toPoint())
    for frame in range(frames):
        offset = AMPLITUDE * np.sin(frame / 20)
        began = time.perf_counter()
        QTest.mouseMove(area.viewport(), (centre + QPointF(offset, 0)).toPoint())
        app.processEvents()
        seconds.append(time.perf_counter() - began)
        ranges.add(area.x_range())
    QTest.mouseRelease(area.viewport(), Qt.MouseButton.LeftButton, pos=centre.toPoint())
    assert len(ranges) > 0.8 * frames, "The plots did not move."
    return seconds


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Return the median and high percentiles, in milliseconds."""
    return {f"p{q}_ms": round(1e3 * float(np.percentile(seconds, q)), 2) for q in (50, 95, 99)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=1_000_000)
    parser.add_argument("--frames", type=int, default=600)
    args = parser.parse_args()
    app = QApplication([])
    pg.setConfigOption("mouseRateLimit", -1)  # every move is a frame
    theme.apply(app, "dark")
    model = RunModel()
    model.history = long_history(args.ticks)
    panel = CurvesPanel(model)
    panel.resize(420, 640)
    began = time.perf_counter()
    panel.show()
    app.processEvents()
    stalls = [time.perf_counter() - began]
    while len(panel.feed.ticks) < args.ticks:
        turn_began = time.perf_counter()
        app.processEvents()
        stalls.append(time.perf_counter() - turn_began)
    ready = time.perf_counter() - began
    result: dict[str, object] = {"ticks": args.ticks, "ready_s": round(ready, 2), "reading": percentiles(stalls)}
    rates: list[float] = []
    for fraction in (1.0, 0.1, 0.001):
        last = model.history.last("epoch")
        panel.x_axis.set_range(last * (0.5 - fraction / 2), last * (0.5 + fraction / 2))
        panel.x_axis.moved.emit()
        app.processEvents()
        seconds = pan(panel, app, args.frames)
        rates.append(round(1 / float(np.mean(seconds)), 1))
        result[f"pan_{fraction:g}_of_run"] = percentiles(seconds) | {"fps": rates[-1]}
    result["fps_at_least"] = min(rates)
    print(json.dumps(result, indent=2))
    panel.close()
    panel.stop()


if __name__ == "__main__":
    main()
