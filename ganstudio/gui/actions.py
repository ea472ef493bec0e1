"""Every action of the window, declared once: its name, words, icon, shortcut and place in the menus."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from ganstudio.gui import theme


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
    Declared("newRun", "File", "New run", "new", "Ctrl+N", "Leave the open run and set up another"),
    Declared(
        "startOver",
        "File",
        "Start over",
        "reset",
        "Ctrl+Shift+N",
        "For the next class: no run open, the first preset, panels and explorer as at first; runs and theme stay",
    ),
    Declared("openRun", "File", "Open run …", "open", "Ctrl+O", "Show a run: finished, interrupted or under way"),
    Declared(
        "datasets",
        "File",
        "Data sets …",
        "data",
        "Ctrl+D",
        "What is on this computer, and what can be downloaded",
        break_before=True,
    ),
    Declared(
        "export",
        "Export",
        "Export …",
        "export",
        "Ctrl+Shift+X",
        "Pictures, films, curves, the generator or the whole run as a file",
    ),
    Declared(
        "exportGrid", "Export", "Picture of the grid …", "picture", "Ctrl+E", "Save the grid that is shown as a PNG"
    ),
    Declared(
        "exportCurves",
        "Export",
        "Curves as a table …",
        "table",
        "Ctrl+Shift+E",
        "Save the numbers of all curves as CSV",
    ),
    Declared(
        "savePreset",
        "Presets",
        "Save as preset …",
        "save",
        "Ctrl+Shift+S",
        "Keep the settings as they are under a name of your own",
    ),
    Declared(
        "resetPreset", "Presets", "Reset to preset", "reset", "Ctrl+Shift+R", "The settings as the preset has them"
    ),
    Declared(
        "renamePreset",
        "Presets",
        "Rename preset …",
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
        "Import preset …",
        "download",
        "Ctrl+I",
        "Add a preset from a file to yours",
        break_before=True,
    ),
    Declared(
        "exportPreset", "Presets", "Export preset …", "export", "Ctrl+Shift+I", "Write the preset as a file for others"
    ),
    Declared(
        "loadSettings",
        "Presets",
        "Load settings …",
        "open",
        "Ctrl+Shift+O",
        "Take the settings out of a run.toml, or of a preset's file",
        break_before=True,
    ),
    Declared(
        "settings",
        "File",
        "Settings …",
        "settings",
        "Ctrl+,",
        "Folders of runs and data sets, theme, what is opened at start",
        break_before=True,
    ),
    Declared(
        "quit",
        "File",
        "Quit",
        "quit",
        "Ctrl+Q",
        "Save what is being trained and close the program",
        break_before=True,
    ),
    Declared("undo", "Edit", "Undo", "undo", "Ctrl+Z", "Take back what was done last"),
    Declared("redo", "Edit", "Redo", "redo", "Ctrl+Shift+Z", "Do again what was taken back last"),
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
    Declared("stepD", "Run", "D step", "step-d", "D", "While paused: one update of the discriminator D"),
    Declared("stepG", "Run", "G step", "step-g", "G", "While paused: one update of the generator G"),
    Declared("round", "Run", "Round", "round", "R", "While paused: one round of the schedule, D's turn and G's"),
    Declared("stop", "Run", "Stop", "stop", "Ctrl+.", "Save and end the run; Go on continues it"),
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
        "Go on from the step that is looked at; what came after it leaves the view",
        break_before=True,
    ),
    Declared(
        "branch",
        "Run",
        "Branch …",
        "branch",
        "Ctrl+B",
        "A new run that goes on from here, with other settings if wished",
    ),
    Declared(
        "measure",
        "Run",
        "Measure now",
        "measure",
        "M",
        "Measure how good the pictures are just now: distance to real ones, precision, recall",
        break_before=True,
    ),
    Declared(
        "snapshot",
        "Run",
        "Snapshot",
        "snapshot",
        "Ctrl+S",
        "Save a picture of the grid into the run's folder",
        break_before=True,
    ),
    Declared("textLarger", "Text size", "Larger", "larger", "Ctrl++", "Everything larger; the window opens anew"),
    Declared("textSmaller", "Text size", "Smaller", "smaller", "Ctrl+-", "Everything smaller; the window opens anew"),
    Declared(
        "textUsual",
        "Text size",
        "Usual",
        "usual",
        "Ctrl+Alt+0",
        "As the desktop has it; the window opens anew",
    ),
    Declared(
        "lightTheme",
        "View",
        "Light theme",
        "theme",
        "Ctrl+T",
        "Change between dark and light",
        checkable=True,
        break_before=True,
    ),
    Declared(
        "enlarge",
        "View",
        "Enlarge panel",
        "enlarge",
        "F",
        "The panel below the pointer takes the whole window; the same key, Esc or a double click takes it back",
        checkable=True,
        break_before=True,
    ),
    Declared(
        "fullScreen", "View", "Full screen", "fullscreen", "F11", "The whole screen; Esc goes back", checkable=True
    ),
    Declared("resetLayout", "View", "Reset layout", "layout", "Ctrl+0", "Put every panel back to its place"),
    Declared(
        "help",
        "Help",
        "First steps and glossary",
        "help",
        "F1",
        "What there is to see and do, and what the words mean",
    ),
    Declared(
        "whatsThis",
        "Help",
        "What is this?",
        "whats-this",
        "Shift+F1",
        "Explain what you click next (Esc: nothing)",
    ),
    Declared(
        "shortcuts", "Help", "Keyboard shortcuts", "keyboard", "Ctrl+F1", "All keys on one page", break_before=True
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
