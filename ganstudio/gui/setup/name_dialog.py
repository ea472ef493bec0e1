"""Dialog that asks for the name of a preset."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio import user_presets
from ganstudio.gui.dialogs.button_row import make_button_row
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_WIDTH = 420  # px


class NameDialog(QDialog):
    """Asks for the name of a preset, and for a description; says what is wrong while the user types.

    Parameters
    ----------
    title, button
        Title of the window, and text of the button.
    name
        Name to begin with.
    description
        Description to begin with; a name that is taken may then be replaced. None: no description is asked for, and a
        taken name is refused unless it is `name` itself.
    parent
        Qt's parent.
    """

    named = Signal(str, str)  # name, description

    def __init__(
        self, title: str, button: str, name: str = "", description: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("presetNameDialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._button_text = button
        self._old_name = name
        self._may_replace = description is not None
        self.name = QLineEdit(name)
        self.name.setObjectName("presetName")
        self.name.setAccessibleName("Name of the preset")
        self.name.setToolTip(as_tip(f"Name shown in the list, at most {user_presets.MAX_TITLE_LENGTH} characters"))
        self.line = QLineEdit(description or "")
        self.line.setObjectName("presetLine")
        self.line.setAccessibleName("Description of the preset")
        self.line.setToolTip("Shown below the name in the list")
        self.line.setPlaceholderText("Description (optional)")
        self._remark = WrappedLabel()
        self._remark.setObjectName("presetNameProblem")
        self.button = QPushButton(button)
        self.button.setObjectName("presetNameButton")
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
        rows: list[tuple[str, QLineEdit]] = [("name", self.name), ("description", self.line)]
        for row, (text, edit) in enumerate(rows if self._may_replace else rows[:1]):
            label = Label(text)
            label.setProperty("muted", True)
            label.setBuddy(edit)
            grid.addWidget(label, row, 0)
            grid.addWidget(edit, row, 1)
        self.line.setVisible(self._may_replace)
        self._remark.setMinimumHeight(2 * self._remark.fontMetrics().lineSpacing())
        self._remark.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(SPACE * 2,) * 4)
        layout.setSpacing(SPACE)
        layout.addLayout(grid)
        layout.addWidget(self._remark)
        layout.addWidget(make_button_row(self, self.button))

    def _check(self, *_: object) -> None:
        title = self.name.text()
        is_same = user_presets.slug(title) == user_presets.slug(self._old_name)
        problem = user_presets.problem(title)
        is_taken = not problem and user_presets.is_taken(title) and not (is_same and not self._may_replace)
        self._remark.setText(self._describe(title.strip(), problem, is_taken))
        self.button.setText("Replace" if is_taken and self._may_replace else self._button_text)
        self.button.setEnabled(not problem and (self._may_replace or not is_taken))

    def _describe(self, title: str, problem: str, is_taken: bool) -> str:
        if not title:
            return ""
        if problem:
            return problem
        if is_taken:
            advice = "Replace it?" if self._may_replace else "Choose another name."
            return f"You already have a preset called {title}. {advice}"
        return f"On the command line: --preset {user_presets.slug(title)}"
