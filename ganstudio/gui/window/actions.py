"""Every action of the window, declared once: its name, words, icon, shortcut and place in the menus."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from ganstudio.gui.widgets import theme


@dataclass(frozen=True)
class Declared:
    """One action. `name` is its objectName without "Action"; `menu` the menu it stands in."""

    name: str
    menu: str
    text: str
    icon: str
    shortcut: str
    tip: str
    checkable: bool = False
    icon_on: str = ""
    icon_colour: str = ""  # of the theme; for a button that is filled
    break_before: bool = False  # a line above it in its menu


DECLARED = (
    Declared("newRun", "File", "New run", "new", "Ctrl+N", "Close the open run and set up a new one"),
    Declared(
        "startOver",
        "File",
        "Start over",
        "reset",
        "Ctrl+Shift+N",
        (
            "For the next class: close the run, choose the first preset, reset panels and explorer; runs and "
            "theme are kept"
        ),
    ),
    Declared(
        "openRun",
        "File",
        "Open run…",
        "open",
        "Ctrl+O",
        ("Open a run that is finished, interrupted or still training"),
    ),
    Declared(
        "datasets",
        "File",
        "Data sets…",
        "data",
        "Ctrl+D",
        "Show which data sets are on this computer and which can be downloaded",
        break_before=True,
    ),
    Declared(
        "export",
        "Export",
        "Export…",
        "export",
        "Ctrl+Shift+X",
        "Export pictures, films, curves, the generator or the whole run",
    ),
    Declared(
        "exportGrid", "Export", "Save picture as…", "picture", "Ctrl+E", "Save the grid as a PNG file where you choose"
    ),
    Declared(
        "exportCurves",
        "Export",
        "Save curves as a table…",
        "table",
        "Ctrl+Shift+E",
        "Save the numbers behind all curves as a CSV file",
    ),
    Declared(
        "savePreset",
        "Presets",
        "Save as preset…",
        "save",
        "Ctrl+Shift+S",
        "Save the current settings as a preset of your own",
    ),
    Declared(
        "resetPreset",
        "Presets",
        "Reset to preset",
        "reset",
        "Ctrl+Shift+R",
        ("Set every setting back to the preset's value"),
    ),
    Declared(
        "renamePreset",
        "Presets",
        "Rename preset…",
        "rename",
        "Ctrl+Shift+F2",
        "Give your preset another name",
        break_before=True,
    ),
    Declared(
        "deletePreset", "Presets", "Delete preset", "trash", "Ctrl+Shift+Del", "Delete your preset; runs are kept"
    ),
    Declared(
        "importPreset",
        "Presets",
        "Import preset…",
        "download",
        "Ctrl+I",
        "Add a preset from a file",
        break_before=True,
    ),
    Declared(
        "exportPreset", "Presets", "Export preset…", "export", "Ctrl+Shift+I", "Save the preset as a file to share"
    ),
    Declared(
        "loadSettings",
        "Presets",
        "Load settings…",
        "open",
        "Ctrl+Shift+O",
        "Load the settings from a run.toml or a preset file",
        break_before=True,
    ),
    Declared(
        "settings",
        "File",
        "Settings…",
        "settings",
        "Ctrl+,",
        "Folders of runs and data sets, theme, text size, and what opens at startup",
        break_before=True,
    ),
    Declared(
        "quit",
        "File",
        "Quit",
        "quit",
        "Ctrl+Q",
        "Save the run in training and quit the program",
        break_before=True,
    ),
    Declared("undo", "Edit", "Undo", "undo", "Ctrl+Z", "Undo the last action"),
    Declared("redo", "Edit", "Redo", "redo", "Ctrl+Shift+Z", "Redo the action that was undone last"),
    Declared(
        "startPause",
        "Run",
        "Start",
        "play",
        "Space",
        "Start, pause or resume training",
        checkable=True,
        icon_on="pause",
        icon_colour="on_accent",
    ),
    Declared("stepD", "Run", "D step", "step-d", "D", "While paused: update the discriminator D once"),
    Declared("stepG", "Run", "G step", "step-g", "G", "While paused: update the generator G once"),
    Declared("round", "Run", "Round", "round", "R", "While paused: train one round, D's turn and then G's"),
    Declared("stop", "Run", "Stop", "stop", "Ctrl+.", "Save the run and stop training; Go on continues it"),
    Declared(
        "slower",
        "Run",
        "Slower",
        "slower",
        "Ctrl+Left",
        "Slow motion: fewer rounds a second, each with a new grid",
        break_before=True,
    ),
    Declared("faster", "Run", "Faster", "faster", "Ctrl+Right", "More rounds a second, up to full speed"),
    Declared(
        "rewind",
        "Run",
        "Rewind",
        "rewind",
        "Ctrl+R",
        "Go on from the step shown; later steps are removed from the curves",
        break_before=True,
    ),
    Declared(
        "branch",
        "Run",
        "Branch…",
        "branch",
        "Ctrl+B",
        "Start a new run from here, with other settings if you like",
    ),
    Declared(
        "measure",
        "Run",
        "Measure now",
        "measure",
        "M",
        "Measure how good the pictures are now: distance from real ones, precision, recall",
        break_before=True,
    ),
    Declared(
        "snapshot",
        "Run",
        "Save picture",
        "snapshot",
        "Ctrl+S",
        "Save the grid as a PNG file in the run's folder",
        break_before=True,
    ),
    Declared("textLarger", "Text size", "Larger", "larger", "Ctrl++", "Make everything larger; the window reopens"),
    Declared("textSmaller", "Text size", "Smaller", "smaller", "Ctrl+-", "Make everything smaller; the window reopens"),
    Declared(
        "textUsual",
        "Text size",
        "Default",
        "usual",
        "Ctrl+Alt+0",
        "Use the desktop's size; the window reopens",
    ),
    Declared(
        "lightTheme",
        "View",
        "Light theme",
        "theme",
        "Ctrl+T",
        "Switch between dark and light",
        checkable=True,
        break_before=True,
    ),
    Declared(
        "enlarge",
        "View",
        "Enlarge panel",
        "enlarge",
        "F",
        "Fill the window with the panel under the pointer; press the key again or Esc, or double-click, to go back",
        checkable=True,
        break_before=True,
    ),
    Declared(
        "fullScreen", "View", "Full screen", "fullscreen", "F11", "Use the whole screen; Esc goes back", checkable=True
    ),
    Declared("resetLayout", "View", "Reset layout", "layout", "Ctrl+0", "Put every panel back in its place"),
    Declared(
        "help",
        "Help",
        "First steps and glossary",
        "help",
        "F1",
        "What to look at, what to try, and what the terms mean",
    ),
    Declared(
        "whatsThis",
        "Help",
        "What is this?",
        "whats-this",
        "Shift+F1",
        "Explain what you click next (Esc cancels)",
    ),
    Declared(
        "shortcuts", "Help", "Keyboard shortcuts", "keyboard", "Ctrl+F1", "All shortcuts on one page", break_before=True
    ),
    Declared("about", "Help", "About GAN Studio", "about", "Ctrl+Shift+F1", "Version, licences and folders"),
)
_ALSO = {"textLarger": "Ctrl+="}  # the same key without Shift
MENUS = ("File", "Edit", "Run", "View", "Help")


class Actions:
    """The declared actions as QActions, by name."""

    def __init__(self, owner: QObject) -> None:
        self._made = {each.name: _make(each, owner) for each in DECLARED}

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def all(self) -> list[QAction]:
        """In the order of their declaration."""
        return list(self._made.values())

    def connect(self, callbacks: Mapping[str, Callable[..., object]]) -> None:
        """Have each action of these names call its function when it is triggered."""
        for name, callback in callbacks.items():
            self._made[name].triggered.connect(callback)

    def of(self, menu: str) -> Iterator[tuple[Declared, QAction]]:
        """Those of one menu."""
        return ((each, self._made[each.name]) for each in DECLARED if each.menu == menu)


def _make(declared: Declared, owner: QObject) -> QAction:
    action = QAction(declared.text, owner)
    action.setObjectName(f"{declared.name}Action")
    action.setCheckable(declared.checkable)
    action.setShortcuts([QKeySequence(each) for each in (declared.shortcut, _ALSO.get(declared.name)) if each])
    action.setToolTip(tip(declared.tip, action))
    action.setStatusTip("")
    theme.set_icon(action, declared.icon, on=declared.icon_on, colour=declared.icon_colour)
    action.setIconVisibleInMenu(not declared.icon_colour)
    return action


def tip(text: str, action: QAction) -> str:
    """Tooltip with the keys: "Save and end the run (Ctrl+.)"."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({keys})" if keys else text
