"""Row of the set-up panel about the model that a new run begins from; it is there only if there is one."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from ganstudio.config import SETTINGS
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup.form_parts import make_label
from ganstudio.gui.setup.locks import explain_lock
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip, wrapped
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.text import one_line

_SOURCE = "begin.source"
_MAX_NAME = 60  # characters


class BeginRow(QObject):
    """What the run begins from, with buttons for another model and for none.

    Parameters
    ----------
    model
        The run whose settings are shown.
    parent
        The panel.
    """

    changeRequested = Signal()  # another model
    clearRequested = Signal()  # random weights

    def __init__(self, model: RunModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._name = WrappedLabel(parent=parent)
        self._name.setObjectName("beginFromLabel")
        self._label = make_label("from", self._name)
        self._change = _make_button("beginFromButton", "more", "Begin from another model")
        self._clear = _make_button("clearBeginFromButton", "close", "Begin with random weights")
        self._change.clicked.connect(self.changeRequested)
        self._clear.clicked.connect(self.clearRequested)

    def add_to(self, grid: QGridLayout, row: int) -> None:
        """Add the row to a grid of three columns."""
        inner = QGridLayout()
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setColumnStretch(0, 1)
        for column, widget in enumerate((self._name, self._change, self._clear)):
            inner.addWidget(widget, 0, column)
        grid.addWidget(self._label, row, 0)
        grid.addLayout(inner, row, 1, 1, 2)

    def refresh(self) -> None:
        """Show what the model's settings begin from."""
        source = self._model.config.begin.source
        why_locked = explain_lock(SETTINGS[_SOURCE], self._model)
        self._name.setText(one_line(source.replace("\\", "/").rpartition("/")[2], _MAX_NAME))
        self._name.setToolTip(as_tip(wrapped(source)))
        for widget in (self._label, self._name):
            widget.setVisible(bool(source))
        for button in (self._change, self._clear):
            button.setVisible(bool(source) and not why_locked)


def _make_button(name: str, icon: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setAccessibleName(tip)
    button.setToolTip(as_tip(tip))
    theme.set_icon(button, icon)
    return button
