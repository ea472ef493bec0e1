"""NameDialog: what a preset of one's own is to be called. It says what is wrong while one types."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio import user_presets
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_WIDTH = 420  # px


class NameDialog(QDialog):
    """A name, and if wished a line about it. A name that is taken has to be confirmed by the button's own word."""

    named = Signal(str, str)  # name, line

    def __init__(
        self, title: str, button: str, name: str = "", line: str | None = None, parent: QWidget | None = None
    ) -> None:
        """`line` None: it is not asked for, and a name that is taken is refused unless it is `name` itself."""
        super().__init__(parent)
        self.setObjectName("presetNameDialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._word, self._before, self._replaces = button, name, line is not None
        self.name, self.line = QLineEdit(name), QLineEdit(line or "")
        self.name.setObjectName("presetName")
        self.name.setAccessibleName("Name of the preset")
        self.name.setToolTip(f"Name shown in the list, at most {user_presets.LONGEST} characters")
        self.line.setObjectName("presetLine")
        self.line.setAccessibleName("Description of the preset")
        self.line.setToolTip("Shown below the name in the list")
        self.line.setPlaceholderText("Description (optional)")
        self._said = WrappedLabel()
        self._said.setObjectName("presetNameProblem")
        self.button = QPushButton(button)
        self.button.setObjectName("presetNameButton")
        self.button.setProperty("main", True)
        self.button.setDefault(True)
        self._lay_out()
        self.name.textChanged.connect(self._check)
        self._check()
        self.name.selectAll()
        self.resize(_WIDTH, self.sizeHint().height())

    def accept(self) -> None:
        """Take the name."""
        if self.button.isEnabled():
            self.named.emit(self.name.text().strip(), self.line.text().strip())
            super().accept()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        rows: list[tuple[str, QLineEdit]] = [("name", self.name), ("line", self.line)]
        for row, (text, edit) in enumerate(rows if self._replaces else rows[:1]):
            label = QLabel(text)
            label.setProperty("muted", True)
            label.setBuddy(edit)
            grid.addWidget(label, row, 0)
            grid.addWidget(edit, row, 1)
        self.line.setVisible(self._replaces)
        self._said.setMinimumHeight(2 * self._said.fontMetrics().lineSpacing())
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox()
        buttons.addButton(QPushButton("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addLayout(grid)
        whole.addWidget(self._said)
        whole.addWidget(buttons)

    def _check(self, *_: object) -> None:
        title = self.name.text()
        same = user_presets.slug(title) == user_presets.slug(self._before)
        problem = user_presets.problem(title)
        taken = not problem and user_presets.taken(title) and not (same and not self._replaces)
        tell: dict[bool, Callable[[], str]] = {
            True: lambda: (
                f"You have a preset called {title.strip()} already. "
                + ("Replace it?" if self._replaces else "Choose another name.")
            ),
            False: lambda: f"On the command line: --preset {user_presets.slug(title)}",
        }
        self._said.setText((problem if title.strip() else "") or (tell[taken]() if title.strip() else ""))
        self.button.setText("Replace" if taken and self._replaces else self._word)
        self.button.setEnabled(not problem and (self._replaces or not taken))
