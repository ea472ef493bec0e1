"""Help in the window: every link leads somewhere, every place that is named exists, and a click is explained."""

import dataclasses
import html
import re
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QTabBar, QToolButton, QWidget

from ganstudio import presets
from ganstudio.coach import words
from ganstudio.config import SETTINGS
from ganstudio.gui.help import glossary
from ganstudio.gui.help.formula_picture import FormulaPicture
from ganstudio.gui.help.help_page import FORMULA_SIZE
from ganstudio.gui.help.help_window import FIRST_STEPS, HelpWindow
from ganstudio.gui.kinds.cells import UNSURE
from ganstudio.gui.tour.script import steps
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.outline import Outline
from ganstudio.gui.window import help_commands
from ganstudio.gui.window.actions import ACTIONS
from ganstudio.plots.specs import MEASURES, SPECS
from ganstudio.settings import describe_accepted
from ganstudio.system.paths import resources
from support.window import WAIT

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
    assert {link for link in links if link not in glossary.entries()} == {"place:tourCard"}


def test_a_formula_is_a_picture_in_the_colour_of_the_theme(shown) -> None:
    shown.show_entry("value")
    image = shown.page.loadResource(2, QUrl("formula:"))
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 3)}
    assert theme.current().text.lower() in colours
    assert shown.page.document().findBlockByNumber(1).text() == "\N{OBJECT REPLACEMENT CHARACTER}"
    assert shown.page.accessibleDescription() == "V(D, G) = E_x[log D(x)] + E_z[log (1 − D(G(z)))]"


def test_every_page_fits_a_narrow_window(shown, qtbot) -> None:
    for size in ((683, 384), (430, 500)):  # the first is a screen of 1366 x 768 with everything twice as large
        shown.resize(*size)
        qtbot.waitUntil(lambda: 350 < shown.page.width() < 430)
        for name, entry in glossary.entries().items():
            shown.show_entry(name)
            QApplication.processEvents()
            assert shown.page.horizontalScrollBar().maximum() == 0, name
            if entry.formula:
                letters = FORMULA_SIZE * shown.page._formula.deviceIndependentSize().width()
                assert letters / FormulaPicture(entry.formula, FORMULA_SIZE).width > 13, name


def test_a_page_shows_no_other_picture(shown) -> None:
    shown.show_entry("value")
    assert shown.page.loadResource(2, QUrl.fromLocalFile(str(resources() / "icons" / "help.svg"))) is None


# What needs no term: it does what it says, or is explained by the page of its panel.
PLAIN_SETTINGS = {"seconds", "engine.data_limit", "output.disk_limit"}
PLAIN_ACTIONS = """
newRun startOver exportGrid exportCurves renamePreset deletePreset importPreset exportPreset loadSettings settings quit
startPause stop slower faster snapshot textLarger textSmaller textUsual lightTheme enlarge fullScreen resetLayout help
lookAt whatsThis tour shortcuts report about
"""
PLAIN_WIDGETS = """
cardStack scrolled dropHint errorBanner noticeBar enlargeButton dockTitle dockTitleText toolBar speed speedSlider
startButton stateLabel progressBar speedLabel timeLeftLabel memoryLabel alarmDismissButton logScaleButton
savePictureButton beginFromLabel sectionSummary picturesSection undoButton clearButton brushColourButton brushSlider
toCornerButton drawWords walkLoopBox walkPlayButton walkAddButton walkRandomButton walkRemove walkNewButton walkSave
morphCurrentButton morphRandomButton morphAllButton slidersPage
"""
WINDOWS = {  # each is made when it is asked for
    *("branchDialog", "coachWindow", "compareWindow", "insideWindow", "smallestGanWindow", "roundWindow"),
    *("coachSummary", "closeCoachButton", "kindsWindow", "kindsSays", "kindsAbout", "kindCells"),
    *("byDWindow", "byDGrid", "byDSays", "galleryWindow"),
}


def test_everything_in_the_window_is_explained_and_every_place_is_there(open_window) -> None:
    window = open_window()
    window.actions_["export"].trigger()
    named = {each.objectName() for kind in (QWidget, QAction) for each in window.findChildren(kind)}
    findings = {f"finding{id}" for id in (*words.ids(), *(f"C{number}" for number in range(1, 17)))}
    places = [place for entry in glossary.entries().values() for place in entry.where]
    assert [place for place in places if place not in {*named, "mainWindow", *SETTINGS, *WINDOWS, *findings}] == []
    assert len(places) == len(set(places))  # none is explained twice

    asked = {f"{spec.name}Action" for spec in ACTIONS if spec.name not in PLAIN_ACTIONS.split()}
    asked |= {spec.object_name for spec in SPECS} | {f"finding{id}" for id in words.ids()}
    asked |= {name for each in shown_controls(window) if (name := each.objectName()) not in PLAIN_WIDGETS.split()}
    asked |= set(SETTINGS) - PLAIN_SETTINGS
    assert sorted(name for name in asked if glossary.entry_of(name) is None) == []
    assert not [name for name in (*PLAIN_SETTINGS, *PLAIN_WIDGETS.split()) if glossary.entry_of(name)]


def shown_controls(window) -> list[QWidget]:
    """Return all widgets of the panels that have a name, but for those of Qt, and the rows of the form."""
    panels = (*(dock.widget() for dock in window.dock_layout.docks), window.samples, window.tools, window.statusBar())
    found = [each for panel in panels for each in panel.findChildren(QWidget) if each.window() is window]
    others = ("qt_", "Scroll", "classButton")
    names = [each for each in found if each.objectName() and not each.objectName().startswith(others)]
    return [each for each in names if not each.objectName().endswith("Field")]


KEYS = {spec.shortcut for spec in ACTIONS} | {"Enter", "Esc", "F2"}  # and those of fields, dialogs, sliders and runs
KEY = re.compile(r"\b(?:(?:Ctrl|Shift|Alt)\+)+(?:\w+|[.,=+-])|\bF\d+\b|\bEsc\w*|\bSpace\b|\bEnter\b|\(([A-Z])\)")
# What buttons say at times.
BUTTONS = {"Start", "Pause", "Resume", "Continue", "Back", "Skip", "Next", "Show why", "Judge again"}
# In bold or italics because the text says what it is, or means it: nothing in the window is called so.
DEFINED = """
real, fake, normal, uniform, channels, density, mode, weights, biases, parameters, neuron, depth, width,
multiplications, relu, leaky relu, tanh, kernel, stride, checkerboard, upsampling, backpropagation, half-life,
k-lipschitz, features, among, found, on a mode, tick, snapshot, rewind point, near-copy, different, through
"""


def bare(text: str) -> str:
    """Return text without its marks, as it is read."""
    return html.unescape(re.sub("<[^>]*>", "", text)).strip()


def all_texts() -> dict[str, str]:
    """Return what the help and the tour say, as rich text, by where they say it."""
    texts = {name: entry.text for name, entry in glossary.entries().items()} | {"first steps": glossary.first_steps()}
    scenes = [scene for step in steps() for scene in (step.scene, *(scene for _, scene in step.needs))]
    return texts | {f"tour, {scene.title}": html.escape(scene.text, quote=False) for scene in scenes}


def names_in(window) -> set[str]:
    """Return the names of everything in the window, in lower case."""
    names = {spec.text for spec in ACTIONS} | BUTTONS | {UNSURE, *MEASURES}
    for each in window.findChildren(QWidget):
        names.add(each.accessibleName())
        if isinstance(each, QAbstractButton | QLabel):
            names.add(each.text())
        elif isinstance(each, QComboBox):
            names |= {each.itemText(row) for row in range(each.count())}
        elif isinstance(each, QTabBar):
            names |= {each.tabText(index) for index in range(each.count())}
    names |= {dock.windowTitle() for dock in window.dock_layout.docks}
    names |= {word for setting in SETTINGS.values() for word in (setting.label, *map(str, setting.choices))}
    names |= {name for spec in SPECS for line in spec.lines for name in (spec.title, line.name)}
    return {bare(name).casefold() for name in names}


def test_menus_keys_and_presets_that_are_named_are_those_of_the_program() -> None:
    titles = {preset.title for preset in presets.every()}
    in_menu = [f"{spec.menu} > {spec.text.rstrip('…')}" for spec in ACTIONS]
    count = 0
    for where, text in all_texts().items():
        words = bare(text)
        for match in re.finditer(r"\w+ > ", words):
            count += 1
            assert words[match.start() :].startswith(tuple(in_menu)), (where, words[match.start() :][:40])
        for match in KEY.finditer(words):
            count += 1
            key = (match[1] or match[0]).replace("Escape", "Esc")
            assert key in KEYS, (where, key)
            before = words[: match.start()].removesuffix("(").rstrip()
            named = [spec for spec in ACTIONS if re.search(rf"(> |[Pp]ress ){re.escape(spec.text)}$", before)]
            assert not named or key in {spec.shortcut for spec in named}, (where, key)
        for name in re.findall("“(.*?)”", words):
            count += 1
            assert name in titles, (where, name)
    assert count > 30


def test_what_is_in_bold_is_called_so_in_the_window_or_is_a_term_that_the_text_explains(open_window, qtbot) -> None:
    window = open_window()
    terms = {each.strip() for each in DEFINED.split(",")} | {key.casefold() for key in KEYS}
    terms |= {entry.title.casefold() for entry in glossary.entries().values()}
    marked = {
        bare(name): where
        for where, text in all_texts().items()
        for name in re.findall(r"<(?:b|i)>(.*?)</(?:b|i)>", text)
    }
    assert len(marked) > 60

    def is_each_known() -> None:  # some parts of the window come a moment later
        known = terms | names_in(window)
        assert {name: where for name, where in marked.items() if name.casefold() not in known} == {}

    qtbot.waitUntil(is_each_known, timeout=WAIT)


def test_what_is_to_be_pressed_is_there(open_window) -> None:
    known = names_in(open_window()) | {key.casefold() for key in KEYS}
    count = 0
    for where, text in all_texts().items():
        for match in re.finditer(r"\b[Pp]ress (?:its |the )?([A-Z][\w+]*)( \w+)?", bare(text)):
            count += 1
            assert {match[1].casefold(), f"{match[1]}{match[2]}".casefold()} & known, (where, match[0])
    assert count > 8


def test_every_term_can_be_reached_from_the_window() -> None:
    known = glossary.entries()
    links = {name: set(re.findall(r'href="([^"]*)"', entry.text)) for name, entry in known.items()}
    reached = {name for name, entry in known.items() if entry.where}
    assert len(reached) > 60
    while more := {link for name in reached for link in links[name]} - reached:
        reached |= more
    assert set(known) - reached == set()


def test_a_setting_is_explained_by_its_own_entry_else_by_the_term_of_its_part(monkeypatch) -> None:
    assert glossary.entry_of("optimizer.beta1").name == "adam"
    monkeypatch.setitem(SETTINGS, "optimizer.momentum", dataclasses.replace(SETTINGS["optimizer.beta1"]))
    assert glossary.entry_of("optimizer.momentum").name == "learning-rate"
    assert glossary.entry_of("output.disk_limit") is None


def test_it_begins_with_the_first_steps_and_follows_links(qtbot, shown: HelpWindow) -> None:
    assert "What can I try?" in shown.page.toPlainText()
    shown.show_entry("accuracy")
    assert shown.page.toPlainText().startswith("Accuracy of D")
    assert shown.list.currentItem().text() == "Accuracy of D"
    shown.page.anchorClicked.emit("equilibrium")
    assert shown.page.toPlainText().startswith("Equilibrium")
    shown.show_entry(FIRST_STEPS)
    assert "What can I try?" in shown.page.toPlainText()


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


def test_f1_explains_the_panel_with_the_focus_and_a_link_leads_back_into_the_window(
    open_window, qtbot, monkeypatch
) -> None:
    window = open_window()
    window.findChild(QWidget, "presetCombo").setFocus()
    QTest.keyClick(window, Qt.Key.Key_F1)
    help_window = window.dialogs["help"]
    assert help_window.page.toPlainText().startswith("Setup")
    title = window.dock_layout.curves.titleBarWidget()
    QTest.mouseClick(title.findChild(QToolButton), LEFT)
    assert help_window.page.toPlainText().startswith("Curves")

    button = window.setup.sections.button("penalties")
    place = button.mapToGlobal(button.rect().center())
    with monkeypatch.context() as resting:  # the pointer of this platform cannot be moved
        resting.setattr(help_commands, "QCursor", SimpleNamespace(pos=lambda: place))
        resting.setattr(help_commands, "QToolTip", SimpleNamespace(isVisible=lambda: True, hideText=lambda: None))
        help_window.hide()
        window.actions_["lookAt"].trigger()
    assert help_window.page.toPlainText().startswith("How steep D is")

    help_window.show_entry("fcd")
    assert "Where you see this: Curves, Quality" in help_window.page.toPlainText()
    help_window.show_entry("adam")
    assert "Setup, optimiser, beta 1" in help_window.page.toPlainText()
    assert "Setup, optimiser, beta 2" in help_window.page.toPlainText()
    help_window.show_entry("direction")
    assert help_window.page.toPlainText().count("Latent explorer, direction") == 1
    help_window.show_entry("preset")
    assert "UCI digits" not in help_window.page.toPlainText()  # the preset that is chosen
    plot = window.curves.stack.quality_plot
    assert plot.isHidden()
    help_window.page.anchorClicked.emit(QUrl("place:qualityPlot"))
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(Outline)))
    assert plot.isVisible()
    help_window.page.anchorClicked.emit(QUrl("place:morphSquare"))
    assert window.latent.morph.isVisible()
    help_window.page.anchorClicked.emit(QUrl("place:penalty.dragan"))
    assert window.setup.sections.opened == "penalties"
    help_window.page.anchorClicked.emit(QUrl("place:tourCard"))
    assert window.tour.card.isVisible()
    with qtbot.waitSignal(window.session.notifier.noticed) as said:
        help_window.page.anchorClicked.emit(QUrl("place:planePlot"))  # the run is one of pictures
    assert "is not shown" in said.args[0].text


def test_escape_calls_it_off(open_window) -> None:
    window = open_window()
    window.actions_["whatsThis"].trigger()
    assert QApplication.overrideCursor() is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert QApplication.overrideCursor() is None
    assert "help" not in window.dialogs
