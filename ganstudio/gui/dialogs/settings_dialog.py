"""The settings dialog: where runs and data sets are stored, how the window looks, and what it opens at startup."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio import preferences
from ganstudio.gui.dialogs.fitting import FittingDialog, Scrolled
from ganstudio.gui.dialogs.folder_field import FolderField
from ganstudio.gui.model.look import Look
from ganstudio.gui.model.text_size import SIZES, TextSize
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.window_settings import LAST_RUN, NEW_SET_UP, WindowSettings

_WIDTH = 600  # px, where the screen has room
_INSET = 5  # px above the text of a field, so that its name is level with it
_THEMES = ((theme.SYSTEM, "Same as the desktop"), ("dark", "Dark"), ("light", "Light"))
_STARTUP = ((LAST_RUN, "The last run"), (NEW_SET_UP, "A new run"))


class SettingsDialog(FittingDialog):
    """Dialog whose changes take effect at once; there is nothing to confirm."""

    runsFolderChanged = Signal()
    dataFolderChanged = Signal()

    def __init__(self, settings: WindowSettings, look: Look, size: TextSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setWindowTitle("Settings")
        self._settings = settings
        self._look = look
        self._size = size
        self._problem = WrappedLabel()
        self._problem.setProperty("alarm", True)
        self._problem.setAccessibleName("Problem with the settings")
        self.runs = FolderField(
            preferences.RUNS, "Folder for runs", "New runs are created here. Runs in other folders are not moved."
        )
        self.data = FolderField(
            preferences.DATA,
            "Folder for data sets",
            "Downloads are stored here. Data sets in other folders are not moved.",
        )
        self.theme_box = _choice("themeCombo", "Theme", "Colours of the window.", _THEMES)
        sizes = [(percent, f"{percent} %") for percent in SIZES]
        self.size_box = _choice("textSizeCombo", "Text size", "Size of text and of everything else.", sizes)
        self._reopen_label = WrappedLabel()
        self._reopen_label.setText(
            "Everything in the window scales with it. The window closes and reopens, and training continues."
        )
        self._reopen_label.setProperty("muted", True)
        self._reopen_label.setProperty("small", True)
        self.start_box = _choice("atStartCombo", "Opened at start", "What opens at the next start.", _STARTUP)
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show all settings as they are now."""
        problem = preferences.problem()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.runs.show_folder()
        self.data.show_folder()
        self.refresh_theme()
        self.refresh_size()
        self.start_box.setCurrentIndex(self.start_box.findData(self._settings.at_start))

    def refresh_theme(self) -> None:
        """Show the theme, which was changed elsewhere."""
        self.theme_box.setCurrentIndex(max(0, self.theme_box.findData(self._look.chosen)))

    def refresh_size(self) -> None:
        """Show the text size, which was changed elsewhere."""
        self.size_box.setCurrentIndex(self.size_box.findData(self._size.percent))

    def _lay_out(self) -> None:
        size = QWidget()
        column = QVBoxLayout(size)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.size_box)
        column.addWidget(self._reopen_label)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(SPACE * 2)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Runs", self.runs),
            ("Data sets", self.data),
            ("Theme", self.theme_box),
            ("Text size", size),
            ("At start", self.start_box),
        )
        for number, (name, widget) in enumerate(rows):
            label = Label(name)
            label.setProperty("muted", True)
            label.setContentsMargins(0, _INSET, 0, 0)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(widget, number, 1)
        close = QPushButton("Close")
        close.setAutoDefault(False)  # Enter takes what was typed into a line
        close.setToolTip("Close; all changes have already been applied")
        close.clicked.connect(self.reject)
        body = _Body()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE * 2)
        inside.addWidget(self._problem)
        inside.addLayout(grid)
        inside.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE * 2)
        whole.addWidget(Scrolled(body), 1)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _connect(self) -> None:
        self.runs.changed.connect(self.runsFolderChanged)
        self.data.changed.connect(self.dataFolderChanged)
        self.theme_box.activated.connect(self._choose_theme)
        self.size_box.activated.connect(self._choose_size)
        self._size.changed.connect(self.refresh_size)
        self.start_box.activated.connect(self._choose_startup)
        self._look.changed.connect(self.refresh_theme)

    def _choose_theme(self) -> None:
        self._look.choose(str(self.theme_box.currentData()))

    def _choose_size(self) -> None:
        self._size.choose(int(self.size_box.currentData()))

    def _choose_startup(self) -> None:
        self._settings.at_start = str(self.start_box.currentData())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


class _Body(QWidget):
    """Contents of the dialog, wide enough for the path of a folder where the screen has room."""

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())


def _choice(object_name: str, name: str, tip: str, choices: Sequence[tuple[object, str]]) -> ChoiceBox:
    box = ChoiceBox()
    box.setObjectName(object_name)
    box.setAccessibleName(name)
    box.setToolTip(as_tip(tip))
    for value, text in choices:
        box.addItem(text, value)
    return box
