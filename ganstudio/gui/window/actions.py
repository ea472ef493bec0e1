"""Every action of the window, declared once: its name, text, icon, shortcut and place in the menus."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import ColourName


@dataclass(frozen=True)
class ActionSpec:
    """Declaration of an action.

    Parameters
    ----------
    name
        Its objectName without "Action".
    menu
        Title of its menu.
    text
        Its text in the menu and on the tool bar.
    icon
        Name of its icon.
    shortcut
        Its keys, as `QKeySequence` reads them.
    tip
        Its tooltip without the keys.
    checkable
        Whether it has a check mark.
    icon_on
        Name of the icon while it is checked; "" for the same one.
    icon_colour
        Name of a colour of the theme; "" for that of text.
    break_before
        Whether a line precedes it in its menu.
    """

    name: str
    menu: str
    text: str
    icon: str
    shortcut: str
    tip: str
    checkable: bool = False
    icon_on: str = ""
    icon_colour: ColourName | None = None
    break_before: bool = False


ACTIONS = (
    ActionSpec("newRun", "File", "New run", "new", "Ctrl+N", "Close the open run and set up a new one"),
    ActionSpec(
        "beginFrom",
        "File",
        "Begin from a model…",
        "branch",
        "Ctrl+Shift+B",
        "Set up a new run whose networks begin as those of another run, of a bundled model or in a file",
    ),
    ActionSpec(
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
    ActionSpec(
        "openRun",
        "File",
        "Open run…",
        "open",
        "Ctrl+O",
        ("Open a run that is finished, interrupted or still training"),
    ),
    ActionSpec(
        "datasets",
        "File",
        "Data sets…",
        "data",
        "Ctrl+D",
        "Show which data sets are on this computer and which can be downloaded",
        break_before=True,
    ),
    ActionSpec(
        "importPictures",
        "File",
        "Import pictures…",
        "picture",
        "Ctrl+Shift+D",
        "Make a data set of your own pictures: a folder or an archive",
    ),
    ActionSpec(
        "drawPoints",
        "File",
        "Draw points…",
        "draw",
        "Ctrl+Shift+P",
        "Draw a data set of points for the 2-D lab, or make one of a picture",
    ),
    ActionSpec(
        "export",
        "Export",
        "Export…",
        "export",
        "Ctrl+Shift+X",
        "Export pictures, films, curves, the generator or the whole run",
    ),
    ActionSpec("exportGrid", "Export", "Save picture as…", "picture", "Ctrl+E", "Save the grid as a PNG file"),
    ActionSpec(
        "exportCurves",
        "Export",
        "Save curves as a table…",
        "table",
        "Ctrl+Shift+E",
        "Save the numbers behind all curves as a CSV file",
    ),
    ActionSpec(
        "savePreset",
        "Presets",
        "Save as preset…",
        "save",
        "Ctrl+Shift+S",
        "Save the current settings as a preset of your own",
    ),
    ActionSpec(
        "resetPreset",
        "Presets",
        "Reset to preset",
        "reset",
        "Ctrl+Shift+R",
        ("Set every setting back to the preset's value"),
    ),
    ActionSpec(
        "renamePreset",
        "Presets",
        "Rename preset…",
        "rename",
        "Ctrl+Shift+F2",
        "Give your preset another name",
        break_before=True,
    ),
    ActionSpec(
        "deletePreset", "Presets", "Delete preset", "trash", "Ctrl+Shift+Del", "Delete your preset; runs are kept"
    ),
    ActionSpec(
        "importPreset",
        "Presets",
        "Import preset…",
        "download",
        "Ctrl+I",
        "Add a preset from a file",
        break_before=True,
    ),
    ActionSpec(
        "exportPreset", "Presets", "Export preset…", "export", "Ctrl+Shift+I", "Save the preset as a file to share"
    ),
    ActionSpec(
        "loadSettings",
        "Presets",
        "Load settings…",
        "open",
        "Ctrl+Shift+O",
        "Load the settings from a run.toml or a preset file",
        break_before=True,
    ),
    ActionSpec(
        "settings",
        "File",
        "Settings…",
        "settings",
        "Ctrl+,",
        "Folders for runs and data sets, theme, text size, and what opens at startup",
        break_before=True,
    ),
    ActionSpec(
        "quit",
        "File",
        "Quit",
        "quit",
        "Ctrl+Q",
        "Save the run that is being trained, and quit",
        break_before=True,
    ),
    ActionSpec("undo", "Edit", "Undo", "undo", "Ctrl+Z", "Undo the last action"),
    ActionSpec("redo", "Edit", "Redo", "redo", "Ctrl+Shift+Z", "Redo the action that was undone last"),
    ActionSpec(
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
    ActionSpec("stepD", "Run", "D step", "step-d", "D", "While paused: update the discriminator D once"),
    ActionSpec("stepG", "Run", "G step", "step-g", "G", "While paused: update the generator G once"),
    ActionSpec("round", "Run", "Round", "round", "R", "While paused: train one round, D's turn and then G's"),
    ActionSpec(
        "stages",
        "Run",
        "Round in stages",
        "stages",
        "Shift+R",
        "Pause, train one round and see its stages one by one, with the numbers and pictures of that round",
    ),
    ActionSpec("stop", "Run", "Stop", "stop", "Ctrl+.", "Save the run and stop training; Continue resumes it"),
    ActionSpec(
        "slower",
        "Run",
        "Slower",
        "slower",
        "Ctrl+Left",
        "Slow motion: fewer rounds a second, each with a new grid",
        break_before=True,
    ),
    ActionSpec("faster", "Run", "Faster", "faster", "Ctrl+Right", "More rounds a second, up to full speed"),
    ActionSpec(
        "rewind",
        "Run",
        "Rewind",
        "rewind",
        "Ctrl+R",
        "Resume from the step shown; later steps are removed from the curves",
        break_before=True,
    ),
    ActionSpec(
        "branch",
        "Run",
        "Branch…",
        "branch",
        "Ctrl+B",
        "Start a new run from here, with other settings if you like",
    ),
    ActionSpec(
        "measure",
        "Run",
        "Measure now",
        "measure",
        "M",
        "Measure how good the pictures are now: distance from real ones, precision and recall",
        break_before=True,
    ),
    ActionSpec(
        "snapshot",
        "Run",
        "Save picture",
        "snapshot",
        "Ctrl+S",
        "Save the grid as a PNG file in the run's folder",
        break_before=True,
    ),
    ActionSpec("textLarger", "Text size", "Larger", "larger", "Ctrl++", "Make everything larger; the window reopens"),
    ActionSpec(
        "textSmaller", "Text size", "Smaller", "smaller", "Ctrl+-", "Make everything smaller; the window reopens"
    ),
    ActionSpec(
        "textUsual",
        "Text size",
        "Default",
        "usual",
        "Ctrl+Alt+0",
        "Use the desktop's size; the window reopens",
    ),
    ActionSpec(
        "inside",
        "View",
        "Inside the networks",
        "inside",
        "Ctrl+L",
        "The layers of G and D: what each of them does, makes and costs",
        break_before=True,
    ),
    ActionSpec(
        "kinds",
        "View",
        "Kinds that G makes",
        "kinds",
        "Ctrl+K",
        "Which classes of pictures, or modes of points, G makes, and which are missing",
    ),
    ActionSpec(
        "byD",
        "View",
        "The data by D's eyes",
        "by-d",
        "Ctrl+Shift+Y",
        "The real pictures, sorted by D's opinion of them: find outliers and broken ones, and take them out",
    ),
    ActionSpec(
        "lightTheme",
        "View",
        "Light theme",
        "theme",
        "Ctrl+T",
        "Switch between dark and light",
        checkable=True,
        break_before=True,
    ),
    ActionSpec(
        "enlarge",
        "View",
        "Enlarge panel",
        "enlarge",
        "F",
        "Fill the window with the panel under the pointer; press the key again or Esc, or double-click, to go back",
        checkable=True,
        break_before=True,
    ),
    ActionSpec(
        "fullScreen", "View", "Full screen", "fullscreen", "F11", "Use the whole screen; Esc goes back", checkable=True
    ),
    ActionSpec("resetLayout", "View", "Reset layout", "layout", "Ctrl+0", "Put every panel back in its place"),
    ActionSpec(
        "tour",
        "Help",
        "Tour",
        "tour",
        "F4",
        "Learn by doing: each step shows where, and waits until you have done it; it goes on where you left it",
    ),
    ActionSpec(
        "help",
        "Help",
        "First steps and glossary",
        "help",
        "Ctrl+Shift+H",
        "What to look at, what to try, and what the terms mean",
    ),
    ActionSpec(
        "lookAt",
        "Help",
        "What am I looking at?",
        "look",
        "F1",
        "Explain what the pointer rests on while its tooltip is shown, or else the panel that has the focus",
    ),
    ActionSpec(
        "whatsThis",
        "Help",
        "What is this?",
        "whats-this",
        "Shift+F1",
        "Explain what you click next (Esc cancels)",
    ),
    ActionSpec(
        "coach",
        "Help",
        "Coach",
        "warning",
        "Ctrl+Shift+W",
        "What goes wrong in the open run, by which numbers, and what may mend it",
        break_before=True,
    ),
    ActionSpec(
        "gallery",
        "Help",
        "Break it, mend it",
        "break",
        "Ctrl+Shift+K",
        "Start a run that goes wrong on purpose, and let the coach mend it",
    ),
    ActionSpec(
        "smallestGan",
        "Help",
        "The smallest GAN",
        "spiral",
        "Ctrl+Shift+G",
        "See why training circles, and what makes it converge: a GAN of two numbers, to play with",
    ),
    ActionSpec(
        "shortcuts", "Help", "Keyboard shortcuts", "keyboard", "Ctrl+F1", "All shortcuts on one page", break_before=True
    ),
    ActionSpec(
        "report",
        "Help",
        "Report a problem…",
        "copy",
        "Ctrl+Alt+P",
        "Versions, this computer and the last lines of the log, without names and folders, to copy",
        break_before=True,
    ),
    ActionSpec("about", "Help", "About GAN Studio", "about", "Ctrl+Shift+F1", "Version, licences and folders"),
)
_SECOND_SHORTCUTS = {"textLarger": "Ctrl+="}  # the same key without Shift
MENUS = ("File", "Edit", "Run", "View", "Help")


class Actions:
    """The declared actions as QActions, by name."""

    def __init__(self, owner: QObject) -> None:
        self._actions = {spec.name: _make(spec, owner) for spec in ACTIONS}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def all(self) -> list[QAction]:
        """Return all actions in the order of their declaration."""
        return list(self._actions.values())

    def connect(self, callbacks: Mapping[str, Callable[..., object]]) -> None:
        """Have each action of these names call its function when it is triggered."""
        for name, callback in callbacks.items():
            self._actions[name].triggered.connect(callback)

    def in_menu(self, menu: str) -> Iterator[tuple[ActionSpec, QAction]]:
        """Return the actions of one menu with their declarations."""
        return ((spec, self._actions[spec.name]) for spec in ACTIONS if spec.menu == menu)


def _make(spec: ActionSpec, owner: QObject) -> QAction:
    action = QAction(spec.text, owner)
    action.setObjectName(f"{spec.name}Action")
    action.setCheckable(spec.checkable)
    action.setShortcuts([QKeySequence(keys) for keys in (spec.shortcut, _SECOND_SHORTCUTS.get(spec.name)) if keys])
    action.setToolTip(as_tip(tooltip(spec.tip, action)))
    action.setStatusTip("")
    theme.set_icon(action, spec.icon, on=spec.icon_on, colour=spec.icon_colour or "text")
    action.setIconVisibleInMenu(not spec.icon_colour)
    return action


def tooltip(text: str, action: QAction) -> str:
    """Return a tooltip with the keys, such as "Save and end the run (Ctrl+.)"."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({keys})" if keys else text
