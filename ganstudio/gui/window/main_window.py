"""The main window: puts panels, docks, actions and banners together. The only file that knows all panels."""

from pathlib import Path

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow

from ganstudio import preferences
from ganstudio.data import catalog
from ganstudio.events import Failed, Marked
from ganstudio.gui.curves.alarm_notice import AlarmNotice
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.explorer.move_commands import MovesRecorder
from ganstudio.gui.explorer.panel import LatentPanel
from ganstudio.gui.garbage_collector import Collector
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.model.undo_settings import SettingsRecorder
from ganstudio.gui.notices import advice
from ganstudio.gui.notices.card import CardStack
from ganstudio.gui.notices.error_banner import ErrorBanner
from ganstudio.gui.notices.missing_data import MissingData
from ganstudio.gui.notices.notice_bar import NoticeBar
from ganstudio.gui.notices.run_done import RunDone
from ganstudio.gui.runs.opener import Opener
from ganstudio.gui.runs.panel import RunsPanel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.timeline import Timeline
from ganstudio.gui.setup.panel import SetupPanel
from ganstudio.gui.window import focus
from ganstudio.gui.window.actions import Actions, tip
from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.commands import Handlers
from ganstudio.gui.window.docks import LAYOUT, Arranger, Dock, size_class
from ganstudio.gui.window.edit_menu import EditMenu
from ganstudio.gui.window.enlarger import Enlarger
from ganstudio.gui.window.look import Look
from ganstudio.gui.window.menus import Menus
from ganstudio.gui.window.reopener import Reopener
from ganstudio.gui.window.run_drop import RunDrop
from ganstudio.gui.window.speed import Speed
from ganstudio.gui.window.start_button import start_tip, start_word
from ganstudio.gui.window.status_bar import StatusBar
from ganstudio.gui.window.text_size import TextSize
from ganstudio.gui.window.tool_bar import ToolBar
from ganstudio.gui.window.view_keys import ViewKeys
from ganstudio.gui.window.why_disabled import explain
from ganstudio.gui.window_settings import LAST_RUN, Memory
from ganstudio.gui.workers.sample_requests import Noise
from ganstudio.gui.workers.sampling import SampleThread

_FIRST_SIZE = QSize(1440, 900)  # px, where the screen has room for it


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
        self.missing_data = MissingData(self.session, self)
        self.run_done = RunDone(self.session, self)
        self.actions_ = Actions(self)
        self.undo_stack = UndoStack(self)
        self._memory = memory or Memory()
        self.look = Look(self._memory, self)
        self.text_size = TextSize(self._memory, self)
        self._sample_thread = SampleThread(self)
        self._closed = False
        self._was_painted = False
        self.not_ended: list[str] = []  # after closing: what could not be stopped in time
        self._make_panels()
        self._make_bars()
        focus.leave_space_to_start(self)
        self.opener = Opener(self.session, self)
        self.opener.failed.connect(self.show_failure)
        self._run_drop = RunDrop(self)
        self._run_drop.dropped.connect(self.opener.open)
        self.handlers = Handlers(self, self._memory)
        self._edit_menu = EditMenu(self.actions_, self.undo_stack, self.session.notifier.noticed.emit, self)
        self._moves_recorder = MovesRecorder(self.latent.explorer, self.undo_stack, self.latent, self)
        self._settings_recorder = SettingsRecorder(self.session, self.undo_stack, self.setup.shows, self)
        self.setup.can_undo = self._settings_recorder.can_undo
        self._view_keys = ViewKeys(self, self.enlarger, self.actions_["fullScreen"], self.actions_["enlarge"])
        self.reopener = Reopener(self, self.text_size)
        self._connect_run()
        self._connect_panels()
        self._connect_downloads()
        self._place()
        self.refresh()

    def open_at_start(self, run: Path | None) -> None:
        """Open the run that was asked for, else the last one; import what training needs meanwhile."""
        chosen = run or (self._memory.last_run() if self._memory.at_start == LAST_RUN else None)
        if chosen is not None:
            self.session.open_run(chosen)
        elif self._memory.geometry.isEmpty():  # never closed yet: it is new to this person
            self.handlers.greet()
        if problem := preferences.problem():
            self.notice_bar.show_notice(Notice(problem))
        self.handlers.presets.tell_problems()
        self.session.warm_up()

    @Slot(object)
    def show_failure(self, failed: Failed) -> None:
        """Show an error of whatever is not the run itself: an export, a download, a paint event."""
        self.error_banner.show_failure(failed)

    @Slot(object)
    def _show_run_failure(self, failed: Failed) -> None:
        """The run ended in an error."""
        self.error_banner.show_failure(failed, advice.after_failure(self.model, self.actions_["startPause"].text()))

    @Slot(object)
    def _show_refusal(self, failed: Failed) -> None:
        """A run did not begin, or did not go on."""
        self.error_banner.show_failure(failed, advice.after_refusal(failed, self.actions_["startPause"].text()))

    # Building

    def _make_panels(self) -> None:
        self.setup = SetupPanel(self.model)
        self.error_banner, self.notice_bar = ErrorBanner(), NoticeBar()
        self.samples = SamplesPanel(self.model, self._sample_thread)
        timeline = Timeline(self.model)
        timeline.offer(self.actions_["rewind"], self.actions_["branch"])
        self.samples.set_timeline(timeline)
        self.curves = CurvesPanel(self.model)
        self.latent = LatentPanel(self.model, self._sample_thread)
        self.runs = RunsPanel(self.model, self.undo_stack)
        cards = CardStack((self.error_banner, self.notice_bar))
        self.samples.float_over_grid(cards)
        centre = Centre(self.samples, cards)
        self.setCentralWidget(centre)
        self.arranger = Arranger(
            self,
            Dock("Setup", "setupDock", self.setup, self, self.setup.minimumSizeHint().width()),
            Dock("Curves", "curvesDock", self.curves, self, may_be_large=True),
            Dock("Latent explorer", "latentDock", self.latent, self, may_be_large=True),
            Dock("Runs", "runsDock", self.runs, self, self.runs.minimumSizeHint().width()),
        )
        centre.crowded.connect(self.arranger.make_room)
        self.enlarger = Enlarger(self, centre, self.arranger)
        for panel in (self.samples, self.curves, self.latent):
            self.enlarger.add(panel, panel.enlarge_button)
            panel.enlargeAsked.connect(self.enlarger.toggle)
        self.enlarger.changed.connect(self.curves.set_large)

    def _make_bars(self) -> None:
        self.menus = Menus(self, self.actions_, self.arranger.docks, self._memory)
        self.tools = ToolBar(self.model, self.actions_, self.menus.export, self)
        self.speed = Speed(self.model, self.session)
        self.tools.add_speed(self.speed)
        self.addToolBar(self.tools)
        self.setStatusBar(StatusBar(self.model, self))

    # Connecting: what one part says, another does

    def _connect_run(self) -> None:
        session, model = self.session, self.model
        self.menus.recent.chosen.connect(session.open_run)
        self.arranger.arranged.connect(self._order_focus)
        self.arranger.arranged.connect(self.enlarger.watch_tabs)
        self.look.changed.connect(self._show_theme)
        for signal in (model.statusChanged, model.reset, model.sampled, model.ticked):
            signal.connect(self.refresh)
        model.failed.connect(self._show_run_failure)
        session.notifier.failed.connect(self.show_failure)
        session.notifier.refused.connect(self._show_refusal)
        self.missing_data.datasetsRequested.connect(self.handlers.show_datasets)
        self.error_banner.settingsWanted.connect(self.actions_["settings"].trigger)
        model.marked.connect(self._tell_warning)
        model.statusChanged.connect(self._status_changed)
        session.warm.connect(self._collector.settle)
        session.notifier.noticed.connect(self.notice_bar.show_notice)
        session.runOpened.connect(self._memory.remember_run)
        session.time_travel.branchRequested.connect(self.handlers.ask_branch)
        for changed in (model.viewedStepChanged, model.rewindPointsChanged, model.measuringChanged):
            changed.connect(self.refresh)

    def _connect_panels(self) -> None:
        session = self.session
        self.setup.set_preset_menu(self.menus.presets)
        self.setup.datasetChosen.connect(session.settings.choose_dataset)
        self.setup.edited.connect(session.settings.change)
        self.setup.datasetsWanted.connect(self.handlers.show_datasets)
        self.setup.newRunWanted.connect(session.new_run_like)
        session.startedOver.connect(self._start_over)
        self.setup.branchWanted.connect(self.handlers.offer_branch)
        self.samples.latentRequested.connect(self._open_latent)
        self.samples.cornerRequested.connect(self._put_in_corner)
        self.latent.walk.exportWanted.connect(self.handlers.export_walk)
        self.menus.formats.chosen.connect(self.handlers.export_as)
        for source in (self.samples, self.curves, self.latent, self._sample_thread):
            source.failed.connect(self.show_failure)
        self.curves.written.connect(self.handlers.tell_written)
        self.samples.written.connect(self.handlers.tell_written)
        self.curves.offer(self.actions_["measure"])
        AlarmNotice(self.curves, self.model, session.notifier, self._show_curves)
        self.run_done.other_runs = self.runs.summaries
        self.run_done.morphRequested.connect(self._show_morph)
        self.run_done.filmRequested.connect(self.handlers.export_film)
        self.run_done.compareRequested.connect(self.handlers.compare)
        self.curves.alarm_bar.changeWanted.connect(session.settings.change)
        self.curves.alarm_bar.rewindWanted.connect(session.time_travel.rewind)

        self._connect_runs()

    def _connect_runs(self) -> None:
        self.runs.openRequested.connect(self.session.open_run)
        self.runs.compareRequested.connect(self.handlers.compare)
        self.runs.noticed.connect(self.notice_bar.show_notice)
        self.runs.failed.connect(self.show_failure)
        self.runs.relabelled.connect(self._run_renamed)
        self.model.renamed.connect(self._name_run)
        self.session.runsChanged.connect(self.runs.refresh)
        self.session.runOpened.connect(self._name_run)
        self.model.reset.connect(self._name_run)

    def _connect_downloads(self) -> None:
        fetching = self.session.downloads
        self.notice_bar.cancelled.connect(fetching.cancel)
        self.notice_bar.changed.connect(self._order_focus)
        fetching.started.connect(self._download_started)
        fetching.progressed.connect(self._download_progressed)
        fetching.ended.connect(self._download_ended)

    def _order_focus(self) -> None:
        banners = (self.error_banner, self.notice_bar)
        parts = (self.tools, self.setup, self.runs, *banners, self.samples, self.curves, self.latent)
        focus.in_reading_order(self, parts)

    def _place(self) -> None:
        """As it was left; at first as large as the screen allows."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # at first, and after a click beside: Space starts
        self.setFocus()
        self._show_theme()
        # Not self.screen(): PySide6 6.11 then takes the screen for a child of the window, and deletes it with it.
        room = QGuiApplication.primaryScreen().availableGeometry().size()
        if (left := self._memory.place_at_another_scale()) is not None:
            self._place_scaled(*left)
        elif not self.restoreGeometry(self._memory.geometry):
            self.resize(_FIRST_SIZE.boundedTo(room))
            if room.width() < _FIRST_SIZE.width() or room.height() < _FIRST_SIZE.height():
                self.setWindowState(Qt.WindowState.WindowMaximized)
        state, shape, own = self._memory.layout
        if own or shape == size_class(self.size()):  # left on a screen like this one, or arranged by a person
            self.arranger.restore(state, shape, own)
        self.arranger.fit(self.size())

    def _place_scaled(self, place: QRect, filled: bool) -> None:
        """Where it was when everything was larger or smaller, as far as the screen allows."""
        room = QGuiApplication.primaryScreen().availableGeometry()
        if filled or not room.contains(place):
            self.setWindowState(Qt.WindowState.WindowMaximized)
        place.setSize(place.size().boundedTo(room.size()))
        place.moveTo(max(room.left(), place.left()), max(room.top(), place.top()))
        self.setGeometry(place)

    # Showing

    def refresh(self, *_: object) -> None:
        """Actions as the run allows them."""
        status, actions = self.model.status, self.actions_
        start = actions["startPause"]
        start.setText(start_word(self.model))
        start.setToolTip(tip(start_tip(self.model), start))
        start.setChecked(status in ("starting", "training"))
        start.setEnabled(status not in ("following", "saving"))
        actions["measure"].setEnabled(self.model.can_be_measured)
        actions["stop"].setEnabled(self.model.busy and status != "saving")
        for name in ("stepD", "stepG", "round"):
            actions[name].setEnabled(status == "paused")
        for name in ("slower", "faster"):
            actions[name].setEnabled(self.model.busy and status != "saving")
        for name in ("snapshot", "exportGrid"):
            actions[name].setEnabled(bool(self.model.samples))
        point = self.model.rewind_point()
        actions["branch"].setEnabled(bool(self.model.rewind_points) or status in ("training", "paused"))
        here = status not in ("following", "starting", "saving")
        actions["rewind"].setEnabled(point is not None and here)
        actions["exportCurves"].setEnabled(len(self.model.history) > 0)
        explain(actions, self.model)

    def _show_theme(self) -> None:
        self.actions_["lightTheme"].setChecked(self.look.is_light)

    def _name_run(self, *_: object) -> None:
        """The title of the window says which run is open, and what it branched off."""
        folder = self.model.folder
        if folder is None:
            self.setWindowTitle("GAN Studio")
            return
        branch = f", branch of {folder.parent_name} at step {folder.info.parent_step:,}" if folder.info.parent else ""
        self.setWindowTitle(f"{self.model.name}{branch} \N{EN DASH} GAN Studio")

    def _run_renamed(self, path: Path) -> None:
        """A run has another name: it may be the open one, what that branched off, or one that is compared."""
        self.model.find_name()
        self._name_run()
        self.handlers.run_renamed(path)

    def _status_changed(self, status: str) -> None:
        if status == "starting":
            self.error_banner.hide()
        self.setup.refresh_datasets()

    def _tell_warning(self, mark: Marked) -> None:
        """A warning of the run that goes on here, or of reading one; those of the past are marks in the curves."""
        repeats = mark.kind == "resume" and isinstance(mark.old, int) and mark.old > mark.step
        if mark.kind == "skipped" or ((mark.kind == "warning" or repeats) and self.model.busy):
            self.notice_bar.show_notice(Notice(mark.text))

    def _open_latent(self, z: Noise, label: int | None) -> None:
        self.latent.set_z(z, label)
        self._show_latent()

    def _put_in_corner(self, corner: int, z: Noise, label: int | None) -> None:
        self.latent.put_in_corner(corner, z, label)
        self._show_latent()

    def _show_curves(self) -> None:
        dock = self.arranger.docks[1]
        dock.show()
        dock.raise_()

    def _show_morph(self) -> None:
        self.latent.show_morph()
        self._show_latent()

    def _show_latent(self) -> None:
        dock = self.arranger.docks[2]
        dock.show()
        dock.raise_()

    def _start_over(self) -> None:
        """For the next class: all but runs and theme as at the first start."""
        self.undo_stack.clear()
        self.arranger.reset()
        self.samples.start_over()
        self.latent.start_over()
        self._memory.forget_last_run()

    # Downloads

    def _download_started(self, name: str) -> None:
        self.notice_bar.show_download(catalog.find(name).title)

    def _download_progressed(self, name: str, done: int, total: int) -> None:
        self.notice_bar.show_progress(catalog.find(name).title, done, total)

    def _download_ended(self, name: str, outcome: str, words: str) -> None:
        self.setup.refresh_datasets()
        self.notice_bar.end_download()

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
            self.enlarger.restore()  # what is remembered is how all panels stand
            filled = bool(self.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen))
            self._memory.remember_place(self.normalGeometry(), filled)
            self._memory.remember_layout(
                self.saveGeometry(), self.saveState(LAYOUT), self.arranger.shape, self.arranger.own
            )
            self.hide()
            self.undo_stack.blockSignals(True)  # as it dies, it would still tell its listeners, which are gone
            parts = (self.samples, self.curves, self.latent, self.runs, self.handlers, self._sample_thread)
            stops = (self.session.shut_down, *(part.stop for part in parts))
            self.not_ended = [stop.__qualname__ for stop in stops if not stop()]  # each, whatever the others say
            self._collector.stop()
        super().closeEvent(event)
        QTimer.singleShot(0, QApplication.quit)
