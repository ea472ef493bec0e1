"""Help in the window: every link leads somewhere, every place that is named exists, and a click is explained."""

import dataclasses
import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ganstudio.config import SETTINGS
from ganstudio.gui.help import glossary
from ganstudio.gui.help.help_window import FIRST_STEPS, HelpWindow
from ganstudio.settings import describe_accepted

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shown(qtbot, dressed) -> HelpWindow:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.show()
    return window


def test_every_link_leads_to_an_entry() -> None:
    pages = [glossary.first_steps(), *(entry.text for entry in glossary.entries().values())]
    links = {link for page in pages for link in re.findall(r'href="([^"]*)"', page)}
    assert len(links) > 15
    assert links <= set(glossary.entries())


def test_all_letters_of_a_formula_are_of_one_size(shown) -> None:
    shown.show_entry("value")
    block = shown.page.document().findBlockByNumber(1)
    parts = [piece.fragment() for piece in block]
    assert parts[0].text() == "V"
    assert len(parts) > 4
    assert len({part.charFormat().fontPointSize() or part.charFormat().font().pixelSize() for part in parts}) == 1


def test_every_place_that_an_entry_explains_is_there(open_window) -> None:
    window = open_window()
    window.actions_["export"].trigger()
    names = {each.objectName() for kind in (QWidget, QAction) for each in window.findChildren(kind)}
    made_when_asked_for = {
        "branchDialog",
        "coachWindow",
        "compareWindow",
        "insideWindow",
        "smallestGanWindow",
        "roundWindow",
    }
    names |= {window.objectName(), *SETTINGS, *made_when_asked_for}
    places = [place for entry in glossary.entries().values() for place in entry.where]
    assert [place for place in places if place not in names] == []
    assert len(places) == len(set(places))  # none is explained twice


def test_the_settings_of_the_game_are_all_explained() -> None:
    parts = ("objective", "penalty", "stabilise", "schedule", "optimizer", "ema", "network")
    assert [path for path in SETTINGS if path.split(".")[0] in parts and glossary.entry_of(path) is None] == []


def test_a_setting_is_explained_by_its_own_entry_else_by_the_term_of_its_part(monkeypatch) -> None:
    assert glossary.entry_of("optimizer.beta1").name == "adam"
    monkeypatch.setitem(SETTINGS, "optimizer.momentum", dataclasses.replace(SETTINGS["optimizer.beta1"]))
    assert glossary.entry_of("optimizer.momentum").name == "learning-rate"
    assert glossary.entry_of("data.size") is None


def test_it_begins_with_the_first_steps_and_follows_links(qtbot, shown: HelpWindow) -> None:
    assert "Three things to try" in shown.page.toPlainText()
    shown.show_entry("accuracy")
    assert shown.page.toPlainText().startswith("Accuracy of D")
    assert shown.list.currentItem().text() == "Accuracy of D"
    shown.page.anchorClicked.emit("equilibrium")
    assert shown.page.toPlainText().startswith("Equilibrium")
    shown.show_entry(FIRST_STEPS)
    assert "Three things to try" in shown.page.toPlainText()


def test_a_word_is_found_by_its_beginning_and_by_other_names(qtbot, shown: HelpWindow) -> None:
    qtbot.keyClicks(shown.search, "psi")
    assert shown.page.toPlainText().startswith("Truncation")
    assert sum(not shown.list.item(row).isHidden() for row in range(shown.list.count())) == 1
    shown.search.clear()
    qtbot.keyClicks(shown.search, "qqq")
    assert "No entry" in shown.page.toPlainText()
    shown.search.clear()
    assert not any(shown.list.item(row).isHidden() for row in range(shown.list.count()))


def ask(window, widget: QWidget, place: QPoint | None = None) -> str:
    """Press Shift+F1, click on a widget; what the help window says then."""
    window.actions_["whatsThis"].trigger()
    QTest.mouseClick(widget, LEFT, pos=place or widget.rect().center())
    return window.dialogs["help"].page.toPlainText()


def test_what_is_clicked_is_explained_and_does_nothing(open_window, qtbot) -> None:
    window = open_window()
    assert ask(window, window.curves.plots[0].view.viewport()).startswith("Loss")
    button = window.tools.widgetForAction(window.actions_["startPause"])
    assert "Start" in ask(window, button)  # no entry: what it says of itself
    assert window.model.status == "idle"  # the click did not start a run
    field = window.setup.field("penalty.r1")
    window.setup.sections.open("penalties")
    qtbot.waitUntil(field.isVisible)
    assert ask(window, field.editor).startswith("R1 and R2")
    limits = describe_accepted(SETTINGS["penalty.r1"])  # what the field itself says stands below
    assert limits[1:] in window.dialogs["help"].page.toPlainText()
    QTest.mouseClick(button, LEFT)  # from then on, clicks do what they do
    assert window.model.status == "starting"


def test_who_is_new_is_told_of_the_first_steps_once(open_window, qtbot) -> None:
    window = open_window()
    window.open_at_start(None)
    (told,) = [each for each in window.notice_bar.findChildren(QPushButton) if each.text() == "First steps"]
    QTest.mouseClick(told, LEFT)
    assert "Three things to try" in window.dialogs["help"].page.toPlainText()
    window.close()
    again = open_window()
    again.open_at_start(None)
    assert not [each for each in again.notice_bar.findChildren(QPushButton) if each.text() == "First steps"]


def test_escape_calls_it_off(open_window) -> None:
    window = open_window()
    window.actions_["whatsThis"].trigger()
    assert QApplication.overrideCursor() is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert QApplication.overrideCursor() is None
    assert "help" not in window.dialogs
