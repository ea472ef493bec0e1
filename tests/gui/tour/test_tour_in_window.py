"""The tour on the window: its script from the first start to a mended fault, driven as a user would."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QSlider, QWidget

from ganstudio import presets
from ganstudio.coach.finding import Finding, Remedy, RemedyKind, Severity
from ganstudio.events import Measured, RunStatus
from ganstudio.gui.coach.watcher import CoachWatcher
from ganstudio.gui.tour import conditions
from ganstudio.gui.tour.script import steps
from ganstudio.gui.window.main_window import MainWindow
from support.window import TINY, WAIT

RATE = "optimizer.d_lr"
BACK = Remedy("Set learning rate of D back to 0.002", RemedyKind.LIVE, {RATE: 2e-3})
FAULT = Finding("C4", Severity.AMBER, 5, 9, None, "Missing: 5 of 8 modes", "It is so. It means that.", (), (BACK,))
TINY_RING = replace(presets.load("lab-ring-endless").config, engine=TINY.engine, output=TINY.output)


class Guided:
    """A window with its tour, and the deeds of a user."""

    def __init__(self, window: MainWindow, qtbot) -> None:
        self.window, self._qtbot = window, qtbot
        window.actions_["tour"].trigger()
        self.tour, self.card = window.tour.tour, window.tour.card
        self.tour._timer.setInterval(0)

    def reaches(self, name: str) -> None:
        """The tour comes to a step by itself, and lights what it names where that is."""
        self._qtbot.waitUntil(lambda: self.tour.step.name == name, timeout=WAIT)
        self.window.tour.refresh()

    def press(self, action: str) -> None:
        self.window.actions_[action].trigger()

    def child(self, kind: type, name: str):
        return self.window.findChild(kind, name)

    def lit(self, host: QWidget | None = None) -> list[QRect]:
        spotlight = self.window.tour._spotlights.get(host or self.window)
        return [] if spotlight is None or spotlight.isHidden() else list(spotlight.lit)

    def assert_lit(self, widget: QWidget) -> None:
        host = widget.window()
        assert widget.isVisible()
        self._qtbot.waitUntil(lambda: QRect(widget.mapTo(host, QPoint()), widget.size()) in self.lit(host))

    def finds(self, *findings: Finding) -> None:
        self.window._commands.coach.watcher._show(list(findings))


def test_the_tour_leads_from_the_first_start_to_a_mended_fault(open_window, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(conditions, "MIN_LEARNED_STEPS", 5)
    monkeypatch.setattr(CoachWatcher, "_take", lambda *_: None)  # it finds what this test says
    window = open_window(TINY)
    window.dock_layout.curves.hide()
    window.dock_layout.latent.hide()
    window.open_at_start(None)
    [offer] = [each for each in window.notice_bar.findChildren(QPushButton) if each.text() == "Take the tour"]
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    guided = Guided(window, qtbot)
    assert (guided.tour.step.name, guided.lit()) == ("welcome", [])

    # Morph a digit, with the keyboard; the dock was closed.
    QTest.keyClick(guided.card, Qt.Key.Key_Return)
    guided.reaches("morph")
    guided.assert_lit(guided.child(QWidget, "latentPreview"))
    slider = guided.child(QSlider, "latentSlider0")
    qtbot.waitUntil(slider.isEnabled, timeout=WAIT)
    QTest.keyClick(slider, Qt.Key.Key_Right)

    # Train, watch, pause, and make a step by hand.
    guided.reaches("start")
    guided.assert_lit(guided.child(QWidget, "startButton"))
    QTest.keyClick(window, Qt.Key.Key_Space)
    guided.reaches("watch")
    guided.card.next_button.click()
    guided.reaches("accuracy")
    guided.assert_lit(guided.child(QWidget, "accuracyPlot"))
    guided.card.next_button.click()
    guided.reaches("pause")
    qtbot.waitUntil(lambda: window.model.status == "training", timeout=WAIT)
    guided.press("startPause")
    guided.reaches("step-d")
    qtbot.waitUntil(window.actions_["stepD"].isEnabled, timeout=WAIT)
    guided.press("stepD")

    # The ring: the run must be stopped first.
    guided.reaches("ring")
    assert guided.tour.scene.title == "Stop the run"
    guided.assert_lit(window.tools.widgetForAction(window.actions_["stop"]))
    guided.press("stop")
    qtbot.waitUntil(lambda: not window.model.is_busy, timeout=WAIT)
    guided.assert_lit(guided.child(QComboBox, "presetCombo"))
    monkeypatch.setattr(window.session, "choose_preset", lambda name: window.session.set_up(TINY_RING))
    window.preset_commands.choose("lab-ring-endless")
    guided.reaches("ring-start")
    guided.press("startPause")

    # Break it, have it found, mend it. A remedy for another run of before does not count.
    guided.tour.facts.has_treated = True
    guided.reaches("break")
    qtbot.waitUntil(lambda: window.model.status == "training", timeout=WAIT)
    editor = window.setup.field(RATE).editor
    qtbot.waitUntil(editor.isVisible)
    assert not guided.tour.facts.has_treated
    editor.selectAll()
    QTest.keyClicks(editor, "1e-6")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    guided.reaches("find")
    guided.finds(FAULT)
    guided.reaches("ask")
    guided.press("coach")
    window.tour.refresh()
    guided.reaches("mend")
    coach = window.dialogs["coach"]
    guided.assert_lit(coach.cards[0].buttons[0])
    coach.cards[0].buttons[0].click()
    guided.reaches("recover")
    qtbot.waitUntil(lambda: window.model.config.optimizer.d_lr == 2e-3, timeout=WAIT)
    guided.finds()
    window.model.handle(Measured(window.model.step + 1, 1.0, 0.1, "points", 100, js=0.1, modes=8, of_modes=8))
    guided.reaches("end")
    guided.card.next_button.click()
    assert guided.card.isHidden()
    assert guided.lit() == []
    assert window.settings.tour_step == ""


def test_every_part_that_a_step_lights_is_found_and_the_card_beside_it_is_whole(open_window, qtbot) -> None:
    window = open_window(TINY, size=(900, 600))
    window.dock_layout.setup.hide()
    guided = Guided(window, qtbot)
    lighting = window.tour._lighting
    for step in steps():
        guided.tour.begin(step.name)
        for scene in (step.scene, *(scene for _, scene in step.needs)):
            for name in scene.light:
                if name not in ("noticeBar", "labPanel"):  # seen when there is something to say, and points
                    lighting.bring_forward(name)
                    QApplication.processEvents()
                    assert list(lighting.find(name)), name
            QApplication.processEvents()
            assert window.rect().contains(guided.card.geometry())
            assert guided.card.sentence.heightForWidth(guided.card.sentence.width()) <= guided.card.sentence.height()
    spotlight = window.tour._spotlights[window]
    assert spotlight.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    window.resize(683, 384)  # a screen of 1366 x 768 with everything twice as large
    for step in steps():
        guided.tour.begin(step.name)
        QApplication.processEvents()
        guided.window.tour.look()
        assert window.rect().contains(guided.card.geometry())
        assert guided.card.sentence.heightForWidth(guided.card.sentence.width()) <= guided.card.sentence.height()
    assert window.height() < 500
    guided.tour.begin("break")

    # Left, and resumed at the next start where it was, by the keyboard alone.
    assert window.settings.tour_is_on
    guided.press("tour")
    assert guided.card.hasFocus()
    QTest.keyClick(guided.card, Qt.Key.Key_Tab)
    assert guided.card.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert guided.card.isHidden()
    assert not window.settings.tour_is_on
    guided.press("tour")
    assert guided.tour.step.name == "break"
    assert guided.tour.scene.title == "The ring is missing"
    window.close()
    again = open_window(TINY)
    again.open_at_start(None)
    offers = [each.text() for each in again.notice_bar.findChildren(QPushButton) if "tour" in each.text()]
    assert offers == ["Go on with the tour"]
    assert not again.settings.tour_is_on  # it is offered once
    again.settings.remember_tour("break", True)
    again.reopener.restored.emit()  # the size of the text was changed
    assert again.tour.card.isVisible()
    assert again.tour.tour.step.name == "break"
    again.session.startedOver.emit()  # for the next class
    assert again.tour.card.isHidden()
    assert again.settings.tour_step == ""


def test_its_offer_goes_when_it_is_begun_from_the_menu(open_window) -> None:
    window = open_window(TINY)
    window.tour.greet()
    assert window.notice_bar.cards
    window.actions_["tour"].trigger()
    assert not window.notice_bar.cards


def test_what_happens_is_judged_in_the_next_turn_of_the_event_loop(open_window, qtbot, monkeypatch) -> None:
    window = open_window(TINY)
    window.actions_["tour"].trigger()
    judged: list[int] = []
    monkeypatch.setattr(window.tour.tour, "check", lambda: judged.append(1))
    window.tour._timer.stop()  # which looks again and again
    window.model.set_status(RunStatus.PAUSED)
    assert not judged
    qtbot.waitUntil(lambda: len(judged) > 0)
