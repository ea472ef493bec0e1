"""The text size: it goes up and down, and scales Qt on top of a factor in the environment."""

import os

import pytest

from ganstudio.gui.model import text_size
from ganstudio.gui.window_settings import WindowSettings


def test_sizes_go_up_and_down_and_end(qapp):
    memory = WindowSettings()
    size = text_size.TextSize(memory)
    size.reopen_timer.setInterval(100_000)
    size.larger()
    size.larger()
    assert size.percent == 125
    assert size.reopen_timer.isActive()
    size.reset()
    assert not size.reopen_timer.isActive()  # it is shown already
    for _ in range(12):
        size.smaller()
    assert size.percent == WindowSettings().text_size == 80
    for _ in range(12):
        size.larger()
    assert size.percent == 250


def test_a_factor_that_was_set_outside_counts_and_comes_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QT_SCALE_FACTOR", "1.5")
    outside = text_size.scale_qt(200)
    assert text_size.current_scale() == 3.0
    environment = dict(os.environ)
    text_size.restore_environment(environment, outside)
    assert environment["QT_SCALE_FACTOR"] == "1.5"
    monkeypatch.delenv("QT_SCALE_FACTOR")
    assert text_size.scale_qt(100) is None
    assert "QT_SCALE_FACTOR" not in os.environ
