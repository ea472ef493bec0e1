"""Commands of the Help menu: first steps, glossary, "What is this?", shortcuts, reports and about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDialog

from ganstudio.gui.dialogs.about import AboutBox, ShortcutList
from ganstudio.gui.help.whats_this import WhatsThis
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.workers.report import ReportThread

if TYPE_CHECKING:
    from ganstudio.gui.help.help_window import HelpWindow
    from ganstudio.gui.help.report_dialog import ReportDialog


class HelpCommands(QObject):
    """Serves the actions of the Help menu.

    Parameters
    ----------
    context
        The parts of the window.
    dock_actions
        Actions that show and hide docks, for the list of shortcuts.
    """

    def __init__(self, context: WindowContext, dock_actions: Sequence[QAction]) -> None:
        super().__init__(context.window)
        self._actions = context.actions
        self._dock_actions = dock_actions
        self._dialogs = context.dialogs
        self._notifier = context.session.notifier
        self._window = context.window
        self._report_thread = ReportThread(self)
        self._report_thread.copied.connect(self._copy_report)
        self._whats_this = WhatsThis(self)
        self._whats_this.explained.connect(self._explain)
        self._actions.connect(
            {
                "help": self.show_help,
                "whatsThis": self._whats_this.begin,
                "shortcuts": self._show_shortcuts,
                "report": self.show_report_dialog,
                "about": self._show_about,
            }
        )

    def show_help(self, *_: object) -> "HelpWindow":
        """Show first steps and the glossary, and return their window."""
        return cast("HelpWindow", self._dialogs.show("help", self._make_help))

    def show_report_dialog(self, *_: object) -> "ReportDialog":
        """Show a report of what the program is and did, to be copied, and return its dialog."""
        dialog = cast("ReportDialog", self._dialogs.show("report", self._make_report_dialog))
        self._report_thread.show()
        return dialog

    @Slot(str)
    def copy_report(self, error: str) -> None:
        """Copy a report of an error."""
        self._report_thread.copy(error)

    def stop(self) -> bool:
        """End the thread that writes reports; False if it did not end in time."""
        return self._report_thread.stop()

    def greet(self) -> None:
        """Tell a user who opens the program for the first time where to begin."""
        self._notifier.say(
            "New to GANs, or to GAN Studio? First steps shows what to look at and what to try (F1).",
            ("First steps", self._show_first_steps),
            passing=True,
        )

    def _make_help(self) -> QDialog:
        from ganstudio.gui.help.help_window import HelpWindow

        return HelpWindow(self._window)

    def _show_first_steps(self) -> None:
        self.show_help().show_first_steps()

    @Slot(str, str)
    def _explain(self, name: str, tip: str) -> None:
        self.show_help().show_widget(name, tip)

    def _show_shortcuts(self) -> None:
        self._dialogs.show("shortcuts", self._make_shortcuts)

    def _make_shortcuts(self) -> QDialog:
        return ShortcutList([*self._actions.all(), *self._dock_actions], self._window)

    def _make_report_dialog(self) -> QDialog:
        from ganstudio.gui.help.report_dialog import ReportDialog

        dialog = ReportDialog(self._window)
        self._report_thread.written.connect(dialog.show_report)
        return dialog

    @Slot(str)
    def _copy_report(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._notifier.say("A report is copied: the error, versions and the last lines of the log.", passing=True)

    def _show_about(self) -> None:
        self._dialogs.show("about", self._make_about)

    def _make_about(self) -> QDialog:
        return AboutBox(self._window)
