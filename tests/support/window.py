"""A run so small that the window's tests can train it, and what they ask of the window."""

from PySide6.QtWidgets import QLabel, QWidget

from ganstudio import config as cfg
from ganstudio.gui.window.main_window import MainWindow

TINY = cfg.RunConfig(
    preset="mnist-quick",
    data=cfg.DataConfig("digits"),
    network=cfg.NetworkConfig("mlp", 4, 4),
    optimizer=cfg.OptimizerConfig(batch_size=16),
    engine=cfg.EngineConfig(device="cpu", precision="float32", threads=1),
    output=cfg.OutputConfig(tick_seconds=0.1, sample_seconds=0.2, grid=2),
    epochs=100_000,
)
"""Trains hundreds of steps a second, and does not end by itself."""

WAIT = 60_000  # ms: a machine that does much else, and imports torch from a cold disk
SIZES = [(1366, 768), (900, 600), (683, 373), (911, 512)]  # 768 lines at 100 %, small, 200 % below a title bar, 150 %


def reach(window: MainWindow, qtbot, status: str, ticks: int = 0) -> None:
    model = window.model
    qtbot.waitUntil(lambda: model.status == status and len(model.history) >= ticks, timeout=WAIT)


def shown(window: MainWindow, kind: type) -> list:
    return [each for each in window.findChildren(kind) if each.isVisible()]


def assert_whole(widget: QWidget, size: tuple[int, int]) -> None:
    text = f"{widget.objectName()} {widget.text()!r} in a window of {size}"
    assert widget.visibleRegion().boundingRect().size() == widget.size(), text
    if widget.text() and not (isinstance(widget, QLabel) and widget.wordWrap()):
        assert (
            widget.minimumSizeHint().width() <= widget.width() + 1 or widget.sizeHint().width() <= widget.width() + 1
        ), text
