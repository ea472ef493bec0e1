"""What the driver can do in a window, each with arguments that can be logged and replayed.

`PERFORM` does; `IDEAS` decide, at random, what comes next. An idea that takes several moves of the hand returns several
steps: time passes between them, and the window goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QFileDialog,
    QLineEdit,
    QMenu,
    QSlider,
    QTabBar,
    QWidget,
)

from ganstudio.export.formats import FORMATS
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.window.main_window import MainWindow
from soak import address, hand

DRIVEN_ONLY = (
    "quit",
    "textLarger",
    "textSmaller",
    "textUsual",
)  # these end the program: rarely, and not by a stray key
_SIZES = ((1366, 740), (900, 600), (683, 373), (1024, 700), (1280, 692))
_TARGETS = (QAbstractButton, QSlider, QComboBox, QAbstractSpinBox, QTabBar, QLineEdit, QAbstractItemView)
_MOVES = [
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Backtab),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space, Qt.Key.Key_Return),
    *(Qt.Key.Key_Escape, Qt.Key.Key_F, Qt.Key.Key_M, Qt.Key.Key_R, Qt.Key.Key_D, Qt.Key.Key_G, Qt.Key.Key_Delete),
]


@dataclass(frozen=True)
class Step:
    """One move: what, with which arguments, and how long after the one before (s; None: as the driver likes)."""

    name: str
    arguments: dict[str, Any]
    delay: float | None = None


@dataclass(frozen=True)
class Scene:
    """What is driven: the window, and a folder for files that it writes."""

    window: MainWindow
    out: Path


Perform = Callable[..., None]
Idea = Callable[[Random, Scene], list[Step]]
PERFORM: dict[str, Perform] = {}
IDEAS: list[tuple[float, Idea]] = []


def performs(function: Perform) -> Perform:
    PERFORM[function.__name__.removeprefix("do_")] = function
    return function


def idea(weight: float) -> Callable[[Idea], Idea]:
    """Register an idea; out of 100 ideas about `weight` are this one."""

    def register(function: Idea) -> Idea:
        IDEAS.append((weight, function))
        return function

    return register


def think(random: Random, scene: Scene) -> list[Step]:
    """What to do next: a dialog for files, a menu or a list that is open is answered first."""
    if asked := _file_dialog():
        return _answer(random, asked)
    if QApplication.activePopupWidget() is not None and random.random() < 0.8:
        return _in_popup(random, scene)
    weights = [weight for weight, _ in IDEAS]
    return random.choices([each for _, each in IDEAS], weights)[0](random, scene)


# Keys and mouse, anywhere


def _register_hand(act: Callable[..., None]) -> None:
    """Register a move of the hand at a point of a widget, if that is there."""

    def perform(scene: Scene, at: str, **where: Any) -> None:
        with address.going():
            if widget := address.widget_at(at):
                act(widget, **where)

    PERFORM[act.__name__] = perform


for _act in (hand.click, hand.double_click, hand.move, hand.press, hand.release, hand.wheel):
    _register_hand(_act)


@performs
def do_key(scene: Scene, code: int, modifiers: int = 0) -> None:
    hand.key(code, modifiers)


@performs
def do_type(scene: Scene, text: str) -> None:
    hand.type_text(text)


@idea(22)
def click_something(random: Random, scene: Scene) -> list[Step]:
    widget = _target(random)
    return [] if widget is None else [Step("click", _where(random, widget))]


@idea(3)
def double_click_something(random: Random, scene: Scene) -> list[Step]:
    widget = _anything(random)
    return [] if widget is None else [Step("double_click", _where(random, widget))]


@idea(4)
def click_right(random: Random, scene: Scene) -> list[Step]:
    widget = _anything(random)
    return [] if widget is None else [Step("click", _where(random, widget) | {"button": "right"})]


@idea(5)
def hover(random: Random, scene: Scene) -> list[Step]:
    """Over a few places, sometimes until a tooltip comes."""
    places = [each for _ in range(random.randint(1, 6)) if (each := _anything(random)) is not None]
    return [Step("move", _where(random, each), random.choice([0.02, 0.05, 0.9])) for each in places]


@idea(4)
def turn_wheel(random: Random, scene: Scene) -> list[Step]:
    widget = _anything(random)
    if widget is None:
        return []
    where = _where(random, widget)
    return [Step("wheel", where | {"steps": random.choice([-3, -1, 1, 3])}, 0.03) for _ in range(random.randint(1, 5))]


@idea(4)
def press_keys(random: Random, scene: Scene) -> list[Step]:
    keys = random.choices(_MOVES, k=random.randint(1, 4))
    return [Step("key", {"code": each.value}, 0.05) for each in keys]


@idea(6)
def drag(random: Random, scene: Scene) -> list[Step]:
    widget = _anything(random)
    return [] if widget is None else _drag(random, widget)


@idea(6)
def slide(random: Random, scene: Scene) -> list[Step]:
    sliders = _shown(scene.window, QSlider)
    return _drag(random, random.choice(sliders), along=True) if sliders else []


@idea(6)
def scrub(random: Random, scene: Scene) -> list[Step]:
    slider = scene.window.findChild(QSlider, "timeSlider")
    if slider is None or not slider.isVisible() or not slider.isEnabled():
        return []
    return [step for _ in range(random.randint(1, 4)) for step in _drag(random, slider, along=True)]


@idea(2)
def type_something(random: Random, scene: Scene) -> list[Step]:
    if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox) or _in_settings():
        return []
    words = ["soak", "7", "0.0003", "128", "a name with spaces", "<b>x</b>", "\u00e4\u03b3\u6570", "no such word"]
    return [
        Step("key", {"code": Qt.Key.Key_A.value, "modifiers": Qt.KeyboardModifier.ControlModifier.value}),
        Step("type", {"text": random.choice(words)}, 0.1),
        Step("key", {"code": random.choice([Qt.Key.Key_Return, Qt.Key.Key_Escape]).value}, 0.2),
    ]


# Actions and panels


@performs
def do_action(scene: Scene, name: str) -> None:
    action = scene.window.actions_[name]
    if action.isEnabled():
        action.trigger()


@idea(16)
def trigger(random: Random, scene: Scene) -> list[Step]:
    often = {"startPause": 12, "branch": 3, "rewind": 3, "stop": 3, "newRun": 2, "lightTheme": 2, "measure": 2}
    often |= {"stepD": 3, "stepG": 3, "round": 3, "snapshot": 2, "undo": 3, "redo": 2, "startOver": 0.5}
    names = [each.objectName().removesuffix("Action") for each in scene.window.actions_.all()]
    names = [each for each in names if each not in DRIVEN_ONLY and scene.window.actions_[each].isEnabled()]
    return [Step("action", {"name": random.choices(names, [often.get(each, 1.0) for each in names])[0]})]


@performs
def do_menu(scene: Scene, title: str) -> None:
    menu = next((each for each in scene.window.findChildren(QMenu) if each.title() == title), None)
    if menu is not None:
        menu.popup(scene.window.menuBar().mapToGlobal(QPoint(0, scene.window.menuBar().height())))


@idea(2)
def tour_menu(random: Random, scene: Scene) -> list[Step]:
    titles = [each.title() for each in scene.window.findChildren(QMenu) if each.title()]
    downs = [Step("key", {"code": Qt.Key.Key_Down.value}, 0.05) for _ in range(random.randint(0, 9))]
    last = random.choice([Qt.Key.Key_Escape, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Right])
    return [Step("menu", {"title": random.choice(titles)}), *downs, Step("key", {"code": last.value}, 0.1)]


@performs
def do_resize(scene: Scene, width: int, height: int) -> None:
    scene.window.resize(width, height)


@idea(1.5)
def resize(random: Random, scene: Scene) -> list[Step]:
    width, height = random.choice(_SIZES)
    return [Step("resize", {"width": width, "height": height})]


@performs
def do_dock(scene: Scene, number: int, what: str) -> None:
    docks = scene.window.dock_layout.docks
    dock = docks[number % len(docks)]
    match what:
        case "float":
            dock.setFloating(not dock.isFloating())
        case "close":
            dock.close()
        case "show":
            dock.show()
            dock.raise_()
        case "left" | "right" | "bottom":
            area = getattr(Qt.DockWidgetArea, f"{what.capitalize()}DockWidgetArea")
            scene.window.addDockWidget(area, dock)
        case "tabify":
            scene.window.tabifyDockWidget(docks[(number + 1) % len(docks)], dock)


@idea(4)
def arrange(random: Random, scene: Scene) -> list[Step]:
    what = random.choice(["float", "float", "close", "show", "show", "show", "left", "right", "bottom", "tabify"])
    return [Step("dock", {"number": random.randrange(4), "what": what})]


# Runs


@performs
def do_select(scene: Scene, rows: list[int], then: str) -> None:
    runs = scene.window.runs
    if count := runs.runs.rowCount():
        selection = runs.view.selectionModel()
        selection.clearSelection()
        for row in rows:
            flag = QItemSelectionModel.SelectionFlag.Select
            selection.select(runs.runs.index(row % count), flag)
        action = runs.run_actions.action(then)
        if action.isEnabled():
            action.trigger()


@idea(7)
def with_runs(random: Random, scene: Scene) -> list[Step]:
    then = random.choices(["open", "compare", "rename", "pin", "trash"], [5, 3, 1, 1, 0.7])[0]
    rows = random.sample(range(12), random.randint(2, 4) if then == "compare" else 1)
    steps = [Step("dock", {"number": 3, "what": "show"}), Step("select", {"rows": rows, "then": then}, 0.5)]
    if then == "rename":
        name = f"soak {random.randrange(1000)}"
        steps += [Step("type", {"text": name}, 0.3), Step("key", {"code": Qt.Key.Key_Return.value}, 0.1)]
    return steps


@performs
def do_preset(scene: Scene, name: str) -> None:
    scene.window.session.choose_preset(name)


@idea(2.5)
def choose_preset(random: Random, scene: Scene) -> list[Step]:
    from ganstudio import presets

    known = presets.names()
    small = [each for each in known if each.startswith("soak")]
    name = random.choice(small) if small and random.random() < 0.8 else random.choice(list(known))
    return [Step("preset", {"name": name})]


@performs
def do_export(scene: Scene, name: str) -> None:
    dialog = scene.window.export_commands.show_export()
    dialog.choose(name)
    dialog.destination.set_folder(scene.out)


@performs
def do_export_now(scene: Scene) -> None:
    for dialog in scene.window.findChildren(ExportDialog):
        if dialog.isVisible() and dialog.export_button.isEnabled():
            dialog.export_button.click()


@idea(3)
def export(random: Random, scene: Scene) -> list[Step]:
    steps = [Step("export", {"name": random.choice(list(FORMATS))}), Step("export_now", {}, random.choice([0.1, 1.0]))]
    return [*steps, Step("close_dialog", {"number": 0}, 0.5)] if random.random() < 0.6 else steps


@performs
def do_close_dialog(scene: Scene, number: int) -> None:
    others = [each for each in address.windows() if each is not scene.window and not isinstance(each, QDockWidget)]
    dialogs = [each for each in others if address.is_within_reach(each)]
    if dialogs:
        dialogs[number % len(dialogs)].close()


@idea(5)
def close_dialog(random: Random, scene: Scene) -> list[Step]:
    return [Step("close_dialog", {"number": random.randrange(5)})]


@performs
def do_accept(scene: Scene) -> None:
    """Enter, in a dialog."""
    for dialog in address.windows():
        if isinstance(dialog, QDialog) and not isinstance(dialog, QFileDialog):
            button = next((each for each in _shown(dialog, QAbstractButton) if each.property("main")), None)
            if button is not None:
                button.click()
                return


@idea(3)
def accept(random: Random, scene: Scene) -> list[Step]:
    return [Step("accept", {})]


@idea(1)
def wait(random: Random, scene: Scene) -> list[Step]:
    return [Step("nothing", {}, random.uniform(2, 8))]


@performs
def do_nothing(scene: Scene) -> None:
    pass


@idea(0.05)
def change_text_size(random: Random, scene: Scene) -> list[Step]:
    return [Step("driven_action", {"name": random.choice(["textLarger", "textUsual", "textUsual", "textSmaller"])})]


@performs
def do_driven_action(scene: Scene, name: str) -> None:
    action = scene.window.actions_[name]
    action.setEnabled(True)
    action.trigger()
    action.setEnabled(False)


@performs
def do_close(scene: Scene) -> None:
    scene.window.close()


# Dialogs for files, menus


@performs
def do_answer(scene: Scene, name: str) -> None:
    """Give the dialog for files a name in the folder of files; "" cancels it, "run" and "png" are what is there."""
    dialog = _file_dialog()
    if dialog is None:
        return
    path = {"run": _some_run(), "png": _some_picture()}.get(name, scene.out / name)
    if name and path is not None:
        dialog.fileSelected.emit(str(path))
        dialog.close()
    else:
        dialog.reject()


def _answer(random: Random, dialog: QFileDialog) -> list[Step]:
    if dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave:
        names = ["", f"saved {random.randrange(20)}.{dialog.defaultSuffix() or 'png'}"]
    else:
        names = ["", "run", "png", "nothing of that name"]
    return [Step("answer", {"name": random.choice(names)}, 0.4)]


def _in_popup(random: Random, scene: Scene) -> list[Step]:
    keys = (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Escape)
    popup = QApplication.activePopupWidget()
    if random.random() < 0.4:
        return [Step("click", _where(random, popup))]
    return [Step("key", {"code": random.choice(keys).value}, 0.08) for _ in range(random.randint(1, 4))]


def _file_dialog() -> QFileDialog | None:
    """The dialog for files that can be answered now."""
    dialogs = (each for each in address.windows() if isinstance(each, QFileDialog))
    return next((each for each in dialogs if address.is_within_reach(each)), None)


def _some_run() -> Path | None:
    from ganstudio.system import paths

    return next(iter(sorted(paths.runs_home().glob("*/run.toml"))), None)


def _some_picture() -> Path | None:
    from ganstudio.system import paths

    return next(iter(sorted(paths.runs_home().glob("*/samples/*.png"))), None)


# Where


def _windows() -> list[QWidget]:
    popup = QApplication.activePopupWidget()
    modal = QApplication.activeModalWidget()
    if popup is not None:
        return [popup]
    return [modal] if modal is not None else address.windows()


def _target(random: Random) -> QWidget | None:
    """A button, field, list ... of a window; kinds are as likely as each other."""
    window = random.choice(_windows() or [None])
    found: dict[type, list[QWidget]] = {}
    for each in address.parts(window) if window is not None else ():
        kind = next((kind for kind in _TARGETS if isinstance(each, kind)), None)
        if kind is not None and each.isEnabled() and not each.visibleRegion().isEmpty():
            found.setdefault(kind, []).append(each)
    return random.choice(random.choice(list(found.values()))) if found else None


def _anything(random: Random) -> QWidget | None:
    """A part of a window, by a point in it."""
    window = random.choice(_windows() or [None])
    if window is None:
        return None
    return window.childAt(random.randrange(max(1, window.width())), random.randrange(max(1, window.height()))) or window


def _shown(window: QWidget, kind: type) -> list[Any]:
    return [each for each in window.findChildren(kind) if each.isVisible() and each.isEnabled()]


def _where(random: Random, widget: QWidget) -> dict[str, Any]:
    """A point of the part that is not scrolled away."""
    seen = widget.visibleRegion().boundingRect()
    x, y = (
        start + random.randrange(max(1, room)) for start, room in ((seen.x(), seen.width()), (seen.y(), seen.height()))
    )
    return {"at": address.address_of(widget), "x": x, "y": y}


def _drag(random: Random, widget: QWidget, along: bool = False) -> list[Step]:
    """Press, move, release; `along`: at one height."""
    places = [_where(random, widget) for _ in range(random.randint(2, 8))]
    if along:
        places = [each | {"y": widget.height() // 2} for each in places]
    moves = [Step("move", each, random.choice([0.01, 0.03, 0.1])) for each in places[1:]]
    return [Step("press", places[0]), *moves, Step("release", places[-1], 0.03)]


def _in_settings() -> bool:
    """Whether what is typed would change where runs and data are kept."""
    focus = QApplication.focusWidget()
    return focus is not None and focus.window().objectName() == "settingsDialog"
