"""Sets of points that are drawn: the dialog, and what follows once one is kept."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.data import dataset_switch
from ganstudio.errors import StudioError
from ganstudio.gui.lab.drawing_dialog import DrawingDialog
from ganstudio.gui.window.context import WindowContext

_DIALOG = "draw"


class DrawCommands(QObject):
    """Serves File > Draw points, and the button of the lab; chooses a drawing for the next run."""

    datasetsChanged = Signal()  # a drawing has come or changed

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._session = context.session
        context.actions.connect({"drawPoints": self.show_dialog})
        context.panels.lab.drawRequested.connect(self.show_dialog)

    @Slot()
    def show_dialog(self, *_: object) -> DrawingDialog:
        """Show the dialog as it was left."""
        dialog = self._context.dialogs.show(_DIALOG, self._make)
        assert isinstance(dialog, DrawingDialog)
        return dialog

    @Slot(str)
    def change(self, name: str) -> None:
        """Show the dialog with a drawing."""
        self.show_dialog().begin(name)

    def _make(self) -> DrawingDialog:
        dialog = DrawingDialog(self._session.model.data_home, self._context.window)
        dialog.drawn.connect(self._use)
        return dialog

    @Slot(str)
    def _use(self, name: str) -> None:
        """Choose a drawing for the next run; ask first if a run is open."""
        self.datasetsChanged.emit()
        session = self._session
        if session.model.folder is None and not session.model.is_busy and not session.threads.is_reading:
            self._set_up(name)
            return
        set_up = partial(session.when_free, partial(self._set_up, name), f"set up a run with {name}")
        session.notifier.say(f"{name} is kept among the data sets.", ("New run with it", set_up), topic="drawing")

    def _set_up(self, name: str) -> None:
        session = self._session
        try:
            session.set_up(dataset_switch.switch_dataset(session.settings.requested_config(), name))
        except StudioError as error:
            session.notifier.say(f"{name} is kept, but not chosen for the next run: {error}")
