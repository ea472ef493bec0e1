"""Whether the curves of 1,000,000 ticks still pan at 60 frames a second; prints JSON.

python tests/benchmarks/curves_million.py [--ticks N] [--frames N]

Drags a plot by its real event path, a mouse move a frame, and waits until all plots are painted. Run it on the screen
whose answer is wanted; where there is none, QT_QPA_PLATFORM=offscreen paints in memory.
"""

import argparse
import json
import time

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.series import COLUMNS, Series
from ganstudio.gui.widgets import theme


def long_history(count: int) -> Series:
    """A noisy run of `count` ticks, with stretches in which only one network was trained."""
    rng, series = np.random.default_rng(0), Series()
    data = rng.normal(0.7, 0.1, (len(COLUMNS), count))
    place = {name: index for index, name in enumerate(COLUMNS)}
    data[place["step"]] = np.arange(1, count + 1) * 20
    data[place["epoch"]] = data[place["step"]] / 468
    data[place["value"]] = rng.normal(-1.3, 0.2, count)
    data[place["g_loss"], count // 3 : count // 2] = np.nan
    series._data, series._count = data, count
    return series


def pan(panel: CurvesPanel, app: QApplication, frames: int) -> list[float]:
    """Seconds of each of `frames` frames of a drag to and fro."""
    area = panel.plots[1].view
    centre = QPointF(area.viewport().rect().center())
    took, seen = [], set()
    QTest.mousePress(area.viewport(), Qt.MouseButton.LeftButton, pos=centre.toPoint())
    for frame in range(frames):
        away = 120 * np.sin(frame / 20)
        began = time.perf_counter()
        QTest.mouseMove(area.viewport(), (centre + QPointF(away, 0)).toPoint())
        app.processEvents()
        took.append(time.perf_counter() - began)
        seen.add(area.x_range())
    QTest.mouseRelease(area.viewport(), Qt.MouseButton.LeftButton, pos=centre.toPoint())
    assert len(seen) > 0.8 * frames, "the plots did not move"
    return took


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Milliseconds."""
    return {f"p{q}_ms": round(1e3 * float(np.percentile(seconds, q)), 2) for q in (50, 95, 99)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ticks", type=int, default=1_000_000)
    parser.add_argument("--frames", type=int, default=600)
    chosen = parser.parse_args()
    app = QApplication([])
    pg.setConfigOption("mouseRateLimit", -1)  # every move is a frame
    theme.apply(app, "dark")
    model = RunModel()
    model.history = long_history(chosen.ticks)
    panel = CurvesPanel(model)
    panel.resize(420, 640)
    began = time.perf_counter()
    panel.show()
    stalls = []
    while len(panel.feed.ticks) < chosen.ticks:
        turn = time.perf_counter()
        app.processEvents()
        stalls.append(time.perf_counter() - turn)
    ready = time.perf_counter() - began
    result: dict[str, object] = {"ticks": chosen.ticks, "ready_s": round(ready, 2), "reading": percentiles(stalls)}
    for share in (1.0, 0.1, 0.001):
        last = model.history.last("epoch")
        panel.x_axis.set_range(last * (0.5 - share / 2), last * (0.5 + share / 2))
        panel.x_axis.moved.emit()
        app.processEvents()
        took = pan(panel, app, chosen.frames)
        result[f"pan_{share:g}_of_run"] = percentiles(took) | {"fps": round(1 / float(np.mean(took)), 1)}
    worst = min(float(each["fps"]) for each in result.values() if isinstance(each, dict) and "fps" in each)
    result["fps_at_least"] = worst
    print(json.dumps(result, indent=2))
    panel.close()
    panel.stop()


if __name__ == "__main__":
    main()
