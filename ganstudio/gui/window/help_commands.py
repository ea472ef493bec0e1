"""Commands of the Help menu: first steps, pages, glossary, "What is this?", shortcuts, reports and about."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QToolTip, QWidget

from ganstudio.gui.dialogs.about import AboutBox, ShortcutList
from ganstudio.gui.help import glossary
from ganstudio.gui.help.whats_this import WhatsThis
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.docks import Dock
from ganstudio.gui.window.places import Places
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
    docks
        The docks: their titles have a button that explains them, their actions are in the list of shortcuts.
    restore
        Puts an enlarged panel back.

    Attributes
    ----------
    places
        Finds what the help names, and brings it to the front.
    """

    def __init__(self, context: WindowContext, docks: Sequence[Dock], restore: Callable[[], None]) -> None:
        super().__init__(context.window)
        self._actions = context.actions
        self._docks = docks
        self.places = Places(context, restore)
        self._dialogs = context.dialogs
        self._notifier = context.session.notifier
        self._window = context.window
        self._report_thread = ReportThread(self)
        self._report_thread.copied.connect(self._copy_report)
        self._whats_this = WhatsThis(self)
        self._whats_this.explained.connect(self._explain)
        self._actions.connect(
            {
                "help": self._show_first_steps,
                "lookAt": self._look_at,
                "whatsThis": self._whats_this.begin,
                "shortcuts": self._show_shortcuts,
                "report": self.show_report_dialog,
                "about": self._show_about,
            }
        )

        self._actions["lookAt"].setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # in all windows
        for dock in docks:
            dock.explainRequested.connect(self._explain_dock)

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

    def _make_help(self) -> QDialog:
        from ganstudio.gui.help.help_window import HelpWindow

        window = HelpWindow(self._window, self.places.name_of)
        window.placeRequested.connect(self.places.show)
        return window

    def _show_first_steps(self, *_: object) -> None:
        self.show_help().show_first_steps()

    def _look_at(self, *_: object) -> None:
        """Explain what a tooltip is shown of, else the panel with the focus or the pointer, else where to begin."""
        place = QCursor.pos()
        pointed = QApplication.widgetAt(place)
        if pointed is not None and QToolTip.isVisible():
            QToolTip.hideText()
            self._whats_this.explain(pointed, place)
        else:
            self._show_page(_page_around(QApplication.focusWidget()) or _page_around(pointed))

    @Slot(object)
    def _explain_dock(self, dock: Dock) -> None:
        self._show_page(_page_around(dock.panel))

    def _show_page(self, name: str) -> None:
        if name:
            self.show_help().show_entry(name)
        else:
            self._show_first_steps()

    @Slot(str, str)
    def _explain(self, name: str, tip: str) -> None:
        self.show_help().show_widget(name, tip)

    def _show_shortcuts(self) -> None:
        self._dialogs.show("shortcuts", self._make_shortcuts)

    def _make_shortcuts(self) -> QDialog:
        of_docks = [dock.toggleViewAction() for dock in self._docks]
        return ShortcutList([*self._actions.all(), *of_docks], self._window)

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


def _page_around(widget: QWidget | None) -> str:
    """Return the name of the page that explains the panel or window around a widget; "" if there is none."""
    while widget is not None:
        entry = glossary.entry_of(widget.objectName())
        if entry is not None and entry.name in glossary.pages():
            return entry.name
        widget = widget.parentWidget()
    return ""
