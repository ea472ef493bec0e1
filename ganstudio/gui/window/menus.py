"""The menu bar, made from the declared actions; the export menu, which the tool bar shows, too; recent runs."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

from ganstudio.export.formats import FORMATS
from ganstudio.gui.widgets.mnemonics import Mnemonics, with_mnemonics
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.window.actions import MENUS, Actions, tooltip
from ganstudio.gui.window.start_button import StartEntry
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.runs.labels import display_name
from ganstudio.text import one_line

_MAX_NAME = 60  # characters of a run's name in a menu


class RecentMenu(QMenu):
    """Menu of the runs opened last, read every time it is opened."""

    runRequested = Signal(object)  # Path

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__("Recent runs", parent)
        self._settings = settings
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._read)
        self.triggered.connect(self._request)

    def _read(self) -> None:
        self.clear()
        for path in self._settings.recent_runs:
            action = self.addAction(one_line(display_name(path), _MAX_NAME).replace("&", "&&"))
            action.setData(str(path))
            action.setToolTip(as_tip(str(path)))
        if self.isEmpty():
            self.addAction("None yet").setEnabled(False)

    def _request(self, action: QAction) -> None:
        self.runRequested.emit(Path(action.data()))


class FormatMenu(QMenu):
    """Menu of every format that something can be exported in."""

    formatRequested = Signal(str)  # name of a format

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Export as", parent)
        self.setToolTipsVisible(True)
        for export_format in FORMATS.values():
            action = self.addAction(f"{export_format.title}\N{HORIZONTAL ELLIPSIS}")
            action.setData(export_format.name)
            action.setToolTip(as_tip(export_format.help))
        self.triggered.connect(self._request)

    def _request(self, action: QAction) -> None:
        self.formatRequested.emit(str(action.data()))


class Menus:
    """Fills the menu bar of a window."""

    def __init__(
        self, window: QMainWindow, actions: Actions, docks: Sequence[QDockWidget], settings: WindowSettings
    ) -> None:
        self._actions = actions
        self.export = QMenu("Export", window)
        self.recent = RecentMenu(settings, window)
        self.formats = FormatMenu(window)
        self._fill(self.export, "Export")
        self.text_size = QMenu("Text size", window)
        self._fill(self.text_size, "Text size")
        self.presets = QMenu("Presets", window)
        self._fill(self.presets, "Presets")
        self.export.insertMenu(actions["exportGrid"], self.formats)
        self.export.insertSeparator(actions["exportGrid"])
        self._all = [self.export, self.recent, self.formats, self.text_size, self.presets]
        for name, title in zip(MENUS, with_mnemonics(MENUS), strict=True):
            menu = QMenu(title, window)
            self._all.append(menu)
            window.menuBar().addMenu(menu)
            if name == "View":
                self._add_docks(menu, window, docks)
            self._fill(menu, name)
            if name == "View":
                menu.insertMenu(actions["lightTheme"], self.text_size)
            if name == "File":
                before = actions["datasets"]
                menu.insertMenu(before, self.recent)
                menu.insertMenu(before, self.export)
                menu.insertMenu(before, self.presets)
        for menu in self._all:
            Mnemonics(menu)
        window.addActions(actions.all())

    def _fill(self, menu: QMenu, name: str) -> None:
        menu.setToolTipsVisible(True)
        for spec, action in self._actions.in_menu(name):
            if spec.break_before:
                menu.addSeparator()
            menu.addAction(StartEntry(action, menu) if spec.name == "startPause" else action)

    def _add_docks(self, menu: QMenu, window: QMainWindow, docks: Sequence[QDockWidget]) -> None:
        for number, dock in enumerate(docks, start=1):
            action = dock.toggleViewAction()
            action.setObjectName(f"{dock.objectName()}Action")
            action.setShortcut(f"Ctrl+{number}")
            action.setToolTip(as_tip(tooltip(f"Show or hide {dock.windowTitle()}", action)))
            menu.addAction(action)
            window.addAction(action)
