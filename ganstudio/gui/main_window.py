"""The main window: puts panels, docks, actions and banners together. The only file that knows all panels."""

import itertools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from ganstudio import paths
from ganstudio.events import Failed, Marked
from ganstudio.gui import downloads, theme
from ganstudio.gui.actions import MENUS, Actions, tip
from ganstudio.gui.banners import ErrorBanner, NoticeBar
from ganstudio.gui.collector import Collector
from ganstudio.gui.dataset_dialog import DatasetDialog
from ganstudio.gui.dialogs import AboutBox, ShortcutList
from ganstudio.gui.docks import Arranger, Dock, size_class
from ganstudio.gui.memory import Memory
from ganstudio.gui.panels.curves import CurvesPanel
from ganstudio.gui.panels.latent import LatentPanel
from ganstudio.gui.panels.samples import SamplesPanel
from ganstudio.gui.panels.setup import SetupPanel
from ganstudio.gui.panels.timeline import Timeline
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.sample_thread import Noise, SampleThread
from ganstudio.gui.session import Notice, Session
from ganstudio.gui.status_bar import StatusBar
from ganstudio.gui.theme import SPACE
from ganstudio.gui.tool_bar import ToolBar

_FIRST_SIZE = QSize(1440, 900)  # px, where the screen has room for it
_START_WORDS = {"training": "Pause", "starting": "Pause", "paused": "Resume"}


class MainWindow(QMainWindow):
    """The studio."""

    painted = Signal()  # once: the person sees the window

    def __init__(self, model: RunModel, memory: Memory | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAccessibleName("GAN Studio")
        self.model = model
        self._collector = Collector(self)
        self.session = Session(model, self)
        self.actions_ = Actions(self)
        self._memory = memory or Memory()
        self._sample_thread = SampleThread(self)
        self._dialogs: dict[str, QDialog] = {}
        self._closed = False
        self._was_painted = False
        self.all_ended = True  # after closing: no thread is left
        self._make_panels()
        self._make_menus()
        self._make_bars()
        self._leave_space_to_start()
        self._connect()
        self._place()
        self._refresh()

    def open_at_start(self, run: Path | None) -> None:
        """Open the run that was asked for, else the last one; import what training needs meanwhile."""
        chosen = run or self._memory.last_run()
        if chosen is not None:
            self.session.open_run(chosen)
        self.session.warm_up()

    @Slot(object)
    def show_failure(self, failed: Failed) -> None:
        """Show an error of a thread, a slot or a paint event in the banner."""
        going_on = self.model.folder is not None and self.model.saved_at is not None
        advice = "" if self.model.busy else f"Start {'goes on from there' if going_on else 'tries again'}."
        self.error_banner.show_failure(failed, advice)

    # Building

    def _make_panels(self) -> None:
        self.setup = SetupPanel(self.model)
        self.error_banner, self.notice_bar = ErrorBanner(), NoticeBar()
        self.samples = SamplesPanel(self.model, self._sample_thread)
        self.samples.set_timeline(Timeline(self.model))
        self.curves = CurvesPanel(self.model)
        self.latent = LatentPanel(self.model, self._sample_thread)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        for widget in (self.error_banner, self.notice_bar):
            column.addWidget(widget)
        column.addWidget(self.samples, 1)
        self.setCentralWidget(centre)
        self.arranger = Arranger(
            self,
            Dock("Setup", "setupDock", self.setup, self, self.setup.minimumSizeHint().width()),
            Dock("Curves", "curvesDock", self.curves, self),
            Dock("Latent explorer", "latentDock", self.latent, self),
        )

    def _make_menus(self) -> None:
        self.export_menu = QMenu("Export", self)
        self.recent_menu = QMenu("Recent runs", self)
        self._fill(self.export_menu, "Export")
        for name in MENUS:
            menu = QMenu(name, self)
            self.menuBar().addMenu(menu)
            if name == "View":
                self._add_dock_actions(menu)
            self._fill(menu, name)
            if name == "File":
                before = self.actions_["datasets"]
                menu.insertMenu(before, self.recent_menu)
                menu.insertMenu(before, self.export_menu)
        self.addActions(self.actions_.all())

    def _fill(self, menu: QMenu, name: str) -> None:
        menu.setToolTipsVisible(True)
        for declared, action in self.actions_.of(name):
            if declared.break_before:
                menu.addSeparator()
            menu.addAction(action)

    def _add_dock_actions(self, menu: QMenu) -> None:
        for number, dock in enumerate(self.arranger.docks, start=1):
            action = dock.toggleViewAction()
            action.setObjectName(f"{dock.objectName()}Action")
            action.setShortcut(f"Ctrl+{number}")
            action.setToolTip(tip(f"Show or hide {dock.windowTitle()}", action))
            menu.addAction(action)
            self.addAction(action)

    def _make_bars(self) -> None:
        self.tools = ToolBar(self.model, self.actions_, self.export_menu, self)
        self.addToolBar(self.tools)
        self.setStatusBar(StatusBar(self.model, self))

    def _leave_space_to_start(self) -> None:
        """A click on a button must not catch Space, which starts and pauses; who comes by Tab presses it with Space."""
        for button in self.findChildren(QAbstractButton):
            if button.focusPolicy() == Qt.FocusPolicy.StrongFocus:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _focus_in_reading_order(self) -> None:
        """Tool bar, set-up, samples, curves, latent explorer, wherever their docks were put."""
        parts = (self.tools, self.setup, self.error_banner, self.notice_bar, self.samples, self.curves, self.latent)
        # Not by nextInFocusChain(): PySide6 takes each widget it returns for a child of the one that was asked.
        found = [each for part in parts for each in part.findChildren(QWidget)]
        here = [
            each for each in found if each.window() is self
        ]  # neither menus, lists of combo boxes nor floating docks
        ordered = [each for each in here if each.focusPolicy() != Qt.FocusPolicy.NoFocus]
        for before, after in itertools.pairwise([self, *ordered]):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        session, model = self.session, self.model
        handlers = {
            "newRun": session.new_run,
            "openRun": self._ask_run,
            "datasets": self.show_datasets,
            "exportGrid": self.samples.ask_and_save,
            "exportCurves": self._export_curves,
            "quit": self.close,
            "startPause": self._toggle,
            "stepD": self._step_d,
            "stepG": self._step_g,
            "round": self._round,
            "stop": session.stop,
            "snapshot": self._snapshot,
            "lightTheme": self._choose_theme,
            "resetLayout": self.arranger.reset,
            "shortcuts": self._show_shortcuts,
            "about": self._show_about,
        }
        for name, handler in handlers.items():
            self.actions_[name].triggered.connect(handler)
        self.arranger.arranged.connect(self._focus_in_reading_order)
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        for signal in (model.statusChanged, model.reset, model.sampled, model.ticked):
            signal.connect(self._refresh)
        model.failed.connect(self.show_failure)
        model.marked.connect(self._tell_warning)
        model.statusChanged.connect(self._status_changed)
        session.warm.connect(self._collector.settle)
        session.noticed.connect(self.notice_bar.show_notice)
        session.runOpened.connect(self._memory.remember_run)
        self._connect_panels()

    def _connect_panels(self) -> None:
        session = self.session
        self.setup.presetChosen.connect(session.choose_preset)
        self.setup.datasetChosen.connect(session.choose_dataset)
        self.setup.edited.connect(session.change)
        self.setup.datasetsWanted.connect(self.show_datasets)
        self.setup.newRunWanted.connect(session.new_run)
        self.samples.latentChosen.connect(self._open_latent)
        for source in (self.samples, self.curves, self._sample_thread):
            source.failed.connect(self.show_failure)
        self.curves.written.connect(self._tell_written)
        self.notice_bar.cancelled.connect(session.downloads.cancel)
        session.downloads.started.connect(self._download_started)
        session.downloads.progressed.connect(self._download_progressed)
        session.downloads.ended.connect(self._download_ended)

    def _place(self) -> None:
        """As it was left; at first as large as the screen allows."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # at first, and after a click beside: Space starts
        self.setFocus()
        self.actions_["lightTheme"].setChecked(self._memory.theme == "light")
        # Not self.screen(): PySide6 6.11 then takes the screen for a child of the window, and deletes it with it.
        room = QGuiApplication.primaryScreen().availableGeometry().size()
        if not self.restoreGeometry(self._memory.geometry):
            self.resize(_FIRST_SIZE.boundedTo(room))
            if room.width() < _FIRST_SIZE.width() or room.height() < _FIRST_SIZE.height():
                self.setWindowState(Qt.WindowState.WindowMaximized)
        state, shape, own = self._memory.layout
        if own or shape == size_class(self.size()):  # left on a screen like this one, or arranged by a person
            self.arranger.restore(state, shape, own)
        self.arranger.fit(self.size())

    # Showing

    def _refresh(self, *_: object) -> None:
        """Actions as the run allows them."""
        status, actions = self.model.status, self.actions_
        start = actions["startPause"]
        start.setText(_START_WORDS.get(status, "Start"))
        start.setChecked(status in ("starting", "training"))
        start.setEnabled(status not in ("following", "saving"))
        actions["stop"].setEnabled(self.model.busy and status != "saving")
        for name in ("stepD", "stepG", "round"):
            actions[name].setEnabled(status == "paused")
        for name in ("snapshot", "exportGrid"):
            actions[name].setEnabled(bool(self.model.samples))
        actions["exportCurves"].setEnabled(len(self.model.history) > 0)
        name = self.model.folder.name if self.model.folder else ""
        self.setWindowTitle(f"{name} \N{EN DASH} GAN Studio" if name else "GAN Studio")

    def _status_changed(self, status: str) -> None:
        if status == "starting":
            self.error_banner.hide()
        self.setup.refresh_datasets()

    def _tell_warning(self, mark: Marked) -> None:
        """A warning of the run that goes on here, or of reading one; those of the past are marks in the curves."""
        if mark.kind == "skipped" or (mark.kind == "warning" and self.model.busy):
            self.notice_bar.show_notice(Notice(mark.text))

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self._memory.recent_runs:
            action = self.recent_menu.addAction(path.name)
            action.setData(str(path))
            action.setToolTip(str(path))
            action.triggered.connect(self._open_recent)
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction("None yet").setEnabled(False)

    # What actions do

    def _toggle(self) -> None:
        self.session.toggle()
        self._refresh()  # Qt has flipped the button; what it shows is the run's state

    def _step_d(self) -> None:
        self.session.step("d")

    def _step_g(self) -> None:
        self.session.step("g")

    def _round(self) -> None:
        self.session.step("round")

    def _open_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.session.open_run(Path(action.data()))

    def _ask_run(self) -> None:
        dialog = QFileDialog(self, "Open run", str(paths.runs_home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._open_named)
        dialog.open()

    def _open_named(self, name: str) -> None:
        self.session.open_run(Path(name))

    def _export_curves(self) -> None:
        self.curves.ask_and_save("csv")

    def _snapshot(self) -> None:
        folder = self.model.folder
        if folder is None:
            return
        step = self.model.step if self.model.viewed_step is None else self.model.viewed_step
        path = folder.path / "pictures" / f"{step:08d}.png"
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            self.show_failure(Failed(f"{path.parent} cannot be made: {error.strerror or error}."))
            return
        self.samples.save_picture(path)
        if path.is_file():
            self._tell_written(str(path))

    def _tell_written(self, path: str) -> None:
        self.notice_bar.show_notice(Notice(f"Saved {path}"))

    def _choose_theme(self, light: bool) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._memory.theme = "light" if light else "dark"
        theme.apply(app, self._memory.theme)

    def _open_latent(self, z: Noise, label: int | None) -> None:
        self.latent.set_z(z, label)
        dock = self.arranger.docks[2]
        dock.show()
        dock.raise_()

    # Data sets

    def show_datasets(self) -> None:
        """The dialog of data sets; it does not keep anybody from the window."""
        self._show("datasets", lambda: DatasetDialog(self.session.downloads, self.model.data_home, self))

    def _download_started(self, name: str) -> None:
        self.notice_bar.show_download(name)

    def _download_progressed(self, name: str, done: int, total: int) -> None:
        self.notice_bar.show_progress(name, done, total)

    def _download_ended(self, name: str, outcome: str, words: str) -> None:
        self.setup.refresh_datasets()
        if self.notice_bar.progress.isVisible():
            self.notice_bar.show_notice(Notice(words) if outcome == downloads.FAILED else None)

    # Dialogs

    def _show_shortcuts(self) -> None:
        actions = [*self.actions_.all(), *(dock.toggleViewAction() for dock in self.arranger.docks)]
        self._show("shortcuts", lambda: ShortcutList(actions, self))

    def _show_about(self) -> None:
        self._show("about", lambda: AboutBox(self))

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        if name not in self._dialogs:
            self._dialogs[name] = make()
        self._dialogs[name].show()
        self._dialogs[name].raise_()
        self._dialogs[name].activateWindow()

    # Events

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focused = QApplication.focusWidget()
            if event.key() == Qt.Key.Key_Space and isinstance(focused, QAbstractButton):
                event.accept()  # reached by Tab: Space presses it
                return True
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arranger.fit(event.size())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save, and leave nothing running. The window goes at once, the program when all is on disk."""
        if not self._closed:
            self._closed = True
            self._memory.remember_layout(self.saveGeometry(), self.saveState(), self.arranger.shape, self.arranger.own)
            self.hide()
            threads = (self.session.shut_down, self.samples.stop, self.curves.stop, self._sample_thread.stop)
            ended = [stop() for stop in threads]  # each of them, whatever the others say
            self.all_ended = all(ended)
            self._collector.stop()
        super().closeEvent(event)
        QTimer.singleShot(0, QApplication.quit)
