"""Rows of the set-up panel about the data set: the list, a button for all data sets, and a line below."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from ganstudio.config import SETTINGS
from ganstudio.data import catalog
from ganstudio.data.points import drawings
from ganstudio.gui.dialogs.drawing_rows import thumbnail_of
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.setup.facts import describe_dataset
from ganstudio.gui.setup.form_parts import lock_box, make_label, make_small
from ganstudio.gui.setup.locks import explain_lock
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.elided_label import ElidedLabel
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.text import one_line

_MAX_TITLE = 40  # characters


class DatasetRows(QObject):
    """List of data sets with a button for all of them, and below what the chosen one contains.

    Parameters
    ----------
    model
        The run whose data set is shown.
    parent
        The panel.
    """

    datasetRequested = Signal(str)  # its name
    listRequested = Signal()  # all data sets

    def __init__(self, model: RunModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._box = ChoiceBox()
        self._box.setObjectName("datasetCombo")
        self._box.setAccessibleName("Data set")
        self._box.activated.connect(self._choose)
        self._list = QToolButton()
        self._list.setObjectName("datasetsButton")
        self._list.setAccessibleName("Data sets")
        self._list.setToolTip("All data sets: those on this computer, and those that can be downloaded")
        theme.set_icon(self._list, "data")
        self._list.clicked.connect(self.listRequested)
        self._about = ElidedLabel()
        make_small(self._about)
        self._about.setObjectName("datasetLabel")
        self._fill()

    def add_to(self, grid: QGridLayout, row: int) -> None:
        """Add the two rows to a grid of three columns."""
        grid.addWidget(make_label("data", self._box), row, 0)
        grid.addWidget(self._box, row, 1)
        grid.addWidget(self._list, row, 2)
        grid.addWidget(self._about, row + 1, 1, 1, 2)

    def reload(self) -> None:
        """Look again which data sets are on this computer."""
        self._model.datasets.forget()
        self._fill()
        self.refresh()

    def refresh(self) -> None:
        """Show the data set of the model's settings."""
        name = self._model.config.data.name
        self._box.setCurrentIndex(self._box.findData(name))
        is_known = self._model.datasets.look_up(name) is not None
        text = describe_dataset(self._model.datasets[name]) if is_known else ""
        self._about.set_full(text)
        lock_box(self._box, explain_lock(SETTINGS["data.name"], self._model), text)

    def hidden_height(self) -> int:
        """Return the height that the line below would add if it were shown, px; 0 while it is."""
        return self._about.sizeHint().height() + SPACE // 4 if self._about.isHidden() else 0

    def show_line(self, is_shown: bool) -> None:
        """Show or hide the line below; the tooltip of the list says the same."""
        self._about.setVisible(is_shown)

    def _fill(self) -> None:
        self._box.clear()
        home = self._model.data_home
        drawn = set(drawings.list_names(home))
        for name in catalog.list_names(home):
            icon = thumbnail_of(name, home) if name in drawn else QIcon()
            self._box.addItem(icon, one_line(catalog.title_of(name), _MAX_TITLE), name)

    def _choose(self, row: int) -> None:
        self.datasetRequested.emit(self._box.itemData(row))
