"""Another theme in turns of the event loop: what is shown first, no turn with much, all in the end."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ganstudio.gui.widgets import restyling, theme


@pytest.fixture
def few(dressed, monkeypatch):
    """Few widgets and icons in a turn."""
    monkeypatch.setattr(restyling, "_MAX_WIDGETS", 10)
    monkeypatch.setattr(restyling, "_MAX_ICONS", 3)
    theme.apply(dressed, "dark")
    return dressed


@pytest.fixture
def windows():
    """What keeps windows alive."""
    return []


def labels(qtbot, windows: list[QWidget], count: int, *, shown: bool) -> list[QLabel]:
    window = QWidget()
    windows.append(window)
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    made = [QLabel("text") for _ in range(count)]
    for label in made:
        label.setProperty("muted", True)
        column.addWidget(label)
    window.show()  # Qt styles them
    window.setVisible(shown)
    return made


def count_light(made: list[QLabel]) -> int:
    return sum(label.palette().windowText().color().name() == theme.LIGHT.muted.lower() for label in made)


def ended(app) -> bool:
    return not app.findChildren(QObject, "restyling")


def test_a_turn_restyles_few_widgets_and_those_that_are_shown_first(few, qtbot, windows):
    hidden, shown = (labels(qtbot, windows, 24, shown=is_shown) for is_shown in (False, True))
    qtbot.waitUntil(lambda: ended(few))
    turns = []
    watch = QTimer(interval=0)
    watch.timeout.connect(lambda: turns.append((count_light(shown), count_light(hidden))))
    theme.apply(few, "light")
    assert (count_light(shown), count_light(hidden)) == (0, 0)
    watch.start()
    qtbot.waitUntil(lambda: ended(few))
    watch.stop()
    assert all(after - before <= 10 for (before, _), (after, _) in pairwise(turns))
    assert all(of_hidden == 0 or of_shown == 24 for of_shown, of_hidden in turns)
    assert len({turn for turn in turns if sum(turn) < 48}) >= 2  # the event loop had its turns in between
    assert (count_light(shown), count_light(hidden)) == (24, 24)


def test_icons_follow_in_turns(few, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    buttons = [QPushButton(window) for _ in range(8)]
    for button in buttons:
        theme.set_icon(button, "close")
    dark = {button.icon().cacheKey() for button in buttons}
    turns = [0]
    watch = QTimer(interval=0)
    watch.timeout.connect(lambda: turns.append(sum(button.icon().cacheKey() not in dark for button in buttons)))
    theme.apply(few, "light")
    watch.start()
    qtbot.waitUntil(lambda: ended(few))
    watch.stop()
    assert max(after - before for before, after in pairwise(turns)) == 3
    light = {button.icon().cacheKey() for button in buttons}
    assert len(light) == 1
    assert not light & dark


def test_what_is_closed_meanwhile_is_left_out_and_a_theme_chosen_meanwhile_wins(few, qtbot, windows):
    made = labels(qtbot, windows, 24, shown=True)
    gone = QWidget()
    for _ in range(24):
        theme.set_icon(QPushButton(gone), "close")
    gone.show()
    theme.apply(few, "light")
    gone.deleteLater()
    theme.apply(few, "dark")
    theme.apply(few, "light")
    timers = [each.findChild(QTimer) for each in few.findChildren(QObject, "restyling")]
    assert sum(timer.isActive() for timer in timers) == 1  # the others have stopped
    qtbot.waitUntil(lambda: ended(few))
    assert count_light(made) == 24
