"""The main window: puts panels, actions, commands and messages together."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from ganstudio import preferences, presets
from ganstudio.events import Failed, RunStatus
from ganstudio.gui.curves.alarm_notice import AlarmNotice
from ganstudio.gui.garbage_collector import Collector
from ganstudio.gui.model.look import Look
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.text_size import TextSize
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.notices.cut_off_run import CutOffRun
from ganstudio.gui.notices.memory_options import MemoryOptions
from ganstudio.gui.notices.missing_data import MissingData
from ganstudio.gui.notices.run_done import RunDone
from ganstudio.gui.widgets import space_key
from ganstudio.gui.window import focus
from ganstudio.gui.window.action_states import ActionStates
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.bars import Bars
from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.commands import Commands
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.layout import WindowLayout, make_docks
from ganstudio.gui.window.messages import Messages
from ganstudio.gui.window.panels import PanelNavigator, make_panels
from ganstudio.gui.window.placement import Placement
from ganstudio.gui.window.reopener import Reopener
from ganstudio.gui.window.run_drop import RunDrop
from ganstudio.gui.window.title import WindowTitle
from ganstudio.gui.window.top_level import FirstPaint, TopLevel
from ganstudio.gui.window.tour import TourCommands
from ganstudio.gui.window.undoing import Undoing
from ganstudio.gui.window_settings import LAST_RUN, WindowSettings
from ganstudio.gui.workers.sampling import SampleThread

_AFTER_PAINTING_MS = 20


class MainWindow(TopLevel):
    """The studio.

    It imports more modules than any other class because it only assembles: each part below does one thing, and what one
    part says another does is connected here.

    Parameters
    ----------
    model
        The state of the open run.
    settings
        What the window remembers from one start to the next.

    Attributes
    ----------
    session
        What can be done with runs.
    actions_, dialogs, undo_stack
        Actions and dialogs by name; what can be undone.
    setup, samples, lab, curves, latent, runs
        The panels.
    error_banner, notice_bar
        Where errors and notices are shown.
    run_commands, file_commands, import_commands, export_commands, preset_commands, help_commands
        What the actions of each menu do.
    tour
        The tour.
    is_painted, is_closed
        Whether the user has seen the window, and closed it.
    not_ended
        After closing: what could not be stopped in time.
    unsaved
        After closing: that the run could not be saved.
    """

    painted = Signal()  # once: the user sees the window

    def __init__(self, model: RunModel, settings: WindowSettings | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAccessibleName("GAN Studio")
        self.model = model
        self.session = Session(model, self)
        self.missing_data = MissingData(self.session, self)  # before what shows notices: a question precedes the rest
        self.run_done = RunDone(self.session, self)
        self.not_ended: list[str] = []
        self.unsaved: Failed | None = None
        self.is_closed = False
        self.is_painted = False
        self._has_focus_order = False
        FirstPaint(self).painted.connect(self._note_painted)
        self.settings = settings or WindowSettings()
        presets.hold()  # the parts ask for them as they are made
        self._collector = Collector(self)
        self._sample_thread = SampleThread(self)
        self._make_context()
        self._make_parts()
        self._make_notices()
        self._make_commands()
        self._connect()
        self._show_first()

    # Assembly

    def _make_context(self) -> None:
        self.actions_ = Actions(self)
        self.undo_stack = UndoStack(self)
        self.look = Look(self.settings, self)
        self.text_size = TextSize(self.settings, self)
        self.dock_layout, self._centre = make_docks(self), Centre(self)
        panels = make_panels(
            self.model, self._sample_thread, self.undo_stack, self.actions_, self.dock_layout, self._centre
        )
        self.setup = panels.setup
        self.samples = panels.samples
        self.lab = panels.lab
        self.curves = panels.curves
        self.latent = panels.latent
        self.runs = panels.runs
        self._context = WindowContext(
            self,
            self.session,
            self.actions_,
            panels,
            self.undo_stack,
            self.settings,
            self.look,
            self.text_size,
            self._sample_thread,
        )
        self.dialogs = self._context.dialogs

    def _make_parts(self) -> None:
        panels, actions = self._context.panels, self.actions_
        self._messages = Messages(self.session, actions["startPause"], actions["settings"], self)
        self.error_banner = self._messages.error_banner
        self.notice_bar = self._messages.notice_bar
        docks = self.dock_layout
        layout = WindowLayout(panels, docks, self._centre, self._messages.cards, actions, self)
        self.enlarger = layout.enlarger
        bars = Bars(self._context, docks)
        self.menus = bars.menus
        self.tools = bars.tools
        self.speed = bars.speed
        space_key.leave_space_to_start(self)
        space_key.ButtonPresses(self)
        self.navigator = PanelNavigator(panels, docks, self)
        self._placement = Placement(self, docks, self.settings)
        self._title = WindowTitle(self.session, self)

    def _make_notices(self) -> None:
        self.run_done.other_runs = self.runs.summaries
        self.cut_off_run = CutOffRun(self.session, self.settings, self)
        self.cut_off_run.failed.connect(self.show_failure)
        self._memory_options = MemoryOptions(self.session)
        self._alarm_notice = AlarmNotice(
            self.curves.alarms, self.curves, self.model, self.session.notifier, self.navigator.show_curves
        )

    def _make_commands(self) -> None:
        commands = Commands(self._context, self.dock_layout, self.speed, self.enlarger.restore)
        self._commands = commands
        self.run_commands = commands.run
        self.file_commands = commands.file
        self.import_commands = commands.imports
        self.export_commands = commands.export
        self.preset_commands = commands.presets
        self.help_commands = commands.help
        self.comparison = commands.comparison
        self.opener = commands.opener
        self.tour = TourCommands(self._context, commands.help.places, commands.coach)
        self.run_drop = RunDrop(self)
        self._undoing = Undoing(self._context)
        self._action_states = ActionStates(self.actions_, self.model, self)
        self.reopener = Reopener(self._context, lambda: commands.export.is_exporting, commands.file.show_settings)

    # Connecting: what one part says, another does

    def _connect(self) -> None:
        self._connect_session()
        self._connect_panels()
        self._connect_notices()
        self._commands.failed.connect(self.show_failure)
        self.run_drop.dropped.connect(self.opener.open)
        self.run_drop.picturesDropped.connect(self.import_commands.import_from)
        self.run_drop.refused.connect(self.session.notifier.say)
        self.import_commands.datasetsChanged.connect(self.setup.datasets.reload)
        self._commands.drawing.datasetsChanged.connect(self.setup.datasets.reload)
        self._commands.by_d.datasetsChanged.connect(self.setup.datasets.reload)
        self.file_commands.drawingRequested.connect(self._commands.drawing.change)
        self.file_commands.datasetsChanged.connect(self.setup.datasets.reload)
        self.run_commands.toggled.connect(self._action_states.refresh)
        self.menus.formats.formatRequested.connect(self.export_commands.export_as)
        self.file_commands.runsFolderChanged.connect(self.runs.refresh)
        self.file_commands.dataFolderChanged.connect(self.setup.datasets.reload)
        self.dock_layout.arranged.connect(self._forget_focus_order)
        self.look.changed.connect(self._show_theme)
        self.reopener.closeRequested.connect(self.close)
        self.reopener.restored.connect(self.tour.return_to)
        self.tour.changed.connect(self._forget_focus_order)

    def _connect_session(self) -> None:
        session = self.session
        session.warm.connect(self._collector.settle)
        once = Qt.ConnectionType.SingleShotConnection
        session.forecaster.changed.connect(self._collector.settle, once)  # the first estimate imports as much again
        session.threads.trainingEnded.connect(self._collect_after_error)
        session.advised.connect(self._advise)
        session.runOpened.connect(self.settings.remember_run)
        session.runsChanged.connect(self.runs.refresh)
        session.startedOver.connect(self._start_over)
        session.forecaster.changed.connect(self._show_estimate)

    def _connect_panels(self) -> None:
        session = self.session
        self.setup.datasets.datasetRequested.connect(session.settings.choose_dataset)
        self.setup.edited.connect(session.settings.change)
        self.lab.watched = lambda: session.control.watched
        self.lab.editRequested.connect(session.points.edit)
        self.setup.datasets.listRequested.connect(self.file_commands.show_datasets)
        self.setup.presets.newRunRequested.connect(session.new_run_like)
        self.runs.openRequested.connect(session.open_run)
        self.runs.noticed.connect(session.notifier.post)
        self.runs.relabelled.connect(self._run_renamed)
        self.curves.alarm_bar.changeRequested.connect(session.settings.change)
        self.curves.alarm_bar.rewindRequested.connect(session.time_travel.rewind)
        for source in (self.samples, self.lab, self.curves, self.latent, self.runs, self._sample_thread):
            source.failed.connect(self.show_failure)

    def _connect_notices(self) -> None:
        self.missing_data.datasetsRequested.connect(self.file_commands.show_datasets)
        self.run_done.morphRequested.connect(self.navigator.show_morph)
        self.run_done.filmRequested.connect(self.export_commands.export_film)
        self.run_done.compareRequested.connect(self.comparison.compare)
        self.error_banner.reportRequested.connect(self.help_commands.copy_report)
        self.notice_bar.changed.connect(self._forget_focus_order)
        self._messages.datasetsChanged.connect(self.setup.datasets.reload)

    # Showing

    def _show_first(self) -> None:
        """Show the window as it was left."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # at first, and after a click beside: Space starts
        self.setFocus()
        self._show_theme()
        self._placement.restore()
        self._action_states.refresh()
        self._title.refresh()

    def open_at_start(self, run: Path | None) -> None:
        """Open a run, or the last one if None, as the user prefers; import what training needs meanwhile."""
        path = run or (self.settings.last_run() if self.settings.at_start == LAST_RUN else None)
        if path is not None:
            self.session.open_run(path)
        elif self.settings.geometry.isEmpty():  # never closed yet: the program is new to this user
            self.tour.greet()
        self.tour.offer_to_go_on()
        if problem := preferences.problem():
            self.session.notifier.say(problem)
        self.preset_commands.report_problems()
        self.session.warm.connect(self.cut_off_run.look, Qt.ConnectionType.SingleShotConnection)
        self.session.warm_up()

    @Slot(object)
    def show_failure(self, failed: Failed) -> None:
        """Show an error (`Failed`) of anything but the run itself: an export, a download, a paint event."""
        self._messages.show_failure(failed)

    @Slot(str)
    def _advise(self, text: str) -> None:
        """Say how this computer could train faster, once."""
        self.tools.note_device(text)
        if text != self.settings.last_advice:
            self.settings.last_advice = text
            copy = partial(QApplication.clipboard().setText, text)
            self.session.notifier.say(text, ("Copy", copy), passing=True)

    def _show_theme(self) -> None:
        self.actions_["lightTheme"].setChecked(self.look.is_light)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        if not self._has_focus_order:  # only now: it asks every widget, and the parts change often
            self._has_focus_order = True
            self._order_focus()
        return super().focusNextPrevChild(next)

    def _forget_focus_order(self) -> None:
        self._has_focus_order = False

    def _order_focus(self) -> None:
        banners = (self.error_banner, self.notice_bar)
        card = self.tour.card
        tour = () if card is None else (card,)
        parts = (*tour, self.tools, self.setup, self.runs, *banners, self.samples, self.curves, self.latent)
        focus.set_reading_order(self, parts)

    @Slot()
    def _show_estimate(self) -> None:
        self.setup.show_estimate(self.session.forecaster.estimate)

    def _run_renamed(self, path: Path) -> None:
        """Show the new name of a run: it may be the open one, or the one that it branched off."""
        self.model.refresh_name()
        self._title.refresh()

    def _collect_after_error(self) -> None:
        """Free what a run held that was trained here; one that is only read holds nothing."""
        if self.model.status == RunStatus.FAILED:
            self._collector.collect_soon()

    def _start_over(self) -> None:
        """Go back to the first start for the next class; runs and theme stay."""
        self.undo_stack.clear()
        QTimer.singleShot(_AFTER_PAINTING_MS, self, self.dock_layout.reset)  # both at once took 0.17 s
        self.samples.start_over()
        self.latent.start_over()
        self.settings.forget_last_run()
        self.tour.start_over()

    # Events

    @Slot()
    def _note_painted(self) -> None:
        self.is_painted = True
        self.painted.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.dock_layout.fit(event.size())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save, and leave nothing running. The window disappears at once, the program ends when all is on disk."""
        if not self.is_closed:
            self.is_closed = True
            self.enlarger.restore()  # what is remembered is how all panels are laid out
            self._placement.remember()
            self.tour.stop()
            self.hide()
            self.undo_stack.blockSignals(True)  # as it dies, it would still tell its listeners, which are gone
            self.not_ended = self.stop_all()
            self.unsaved = self.session.threads.unsaved
            self._collector.stop()
        super().closeEvent(event)
        QTimer.singleShot(0, QApplication.quit)

    def stop_all(self) -> list[str]:
        """Save and end every thread; return what did not end in time."""
        parts = (self.samples, self.lab, self.curves, self.latent, self.runs, self._commands, self._sample_thread)
        stops = (self.session.shut_down, *(part.stop for part in parts))
        return [stop.__qualname__ for stop in stops if not stop()]  # every one, whatever the others say
