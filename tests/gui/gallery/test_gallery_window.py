"""Break it, mend it in the window: it asks before it takes the place of a run, and the coach opens beside."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

LEFT = Qt.MouseButton.LeftButton


def test_a_run_that_goes_wrong_starts_beside_the_coach_and_asks_before_it_stops_another(
    open_window, monkeypatch
) -> None:
    window = open_window()
    started = []
    monkeypatch.setattr(window.session.training, "start", lambda: started.append(window.model.config))
    before = window.model.config
    window.actions_["gallery"].trigger()
    gallery = window.dialogs["gallery"]
    card = next(card for card in gallery.cards if card.provocation.finding == "C12")
    assert "R1: 1000" in card.button.toolTip()

    with monkeypatch.context() as training:
        training.setattr(type(window.model), "is_busy", property(lambda _: True))
        QTest.mouseClick(card.button, LEFT)
        assert not gallery.isVisible()
        assert (started, window.model.config) == ([], before)
        (stop,) = [each for each in window.notice_bar.findChildren(QPushButton) if each.text() == "Stop and save"]
        assert not window.dialogs.is_visible("coach")
    QTest.mouseClick(stop, LEFT)
    assert started == [card.provocation.config]
    coach = window.dialogs["coach"]
    assert coach.isVisible()
    corner = window.mapToGlobal(window.rect().bottomRight())
    assert 0 <= corner.x() - coach.frameGeometry().right() < 60
    assert 0 <= corner.y() - coach.frameGeometry().bottom() < 60
