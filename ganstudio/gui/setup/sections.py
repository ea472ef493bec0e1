"""Settings in sections, one of which is open: nothing jumps when another is opened."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from ganstudio.config import SETTINGS, RunConfig
from ganstudio.gui.setup.form import SECTIONS, is_relevant, summarize
from ganstudio.gui.widgets import tooltips
from ganstudio.gui.widgets.elided_label import ElidedLabel
from ganstudio.gui.widgets.fields import Field
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.settings import Section

FIRST = (
    Section.OPTIMISER,
    Section.SCHEDULE,
    Section.SAVING,
)  # at first the one of them is open that fits; none where none does
_COLUMNS = 3  # of the titles where there is little room; else one, with what each section holds
_EMPTY_PAGE = SPACE * 10  # px that a page has at the least


class Sections(QWidget):
    """Titles of all sections, which stay where they are, and below them the fields of the one that is open."""

    def __init__(self, fields: Mapping[str, Field], parent: QWidget | None = None) -> None:
        """`fields` by dotted name; each stands in the section of its setting."""
        super().__init__(parent)
        self._fields = dict(fields)
        self._buttons: dict[str, QToolButton] = {}
        self._summaries: dict[str, ElidedLabel] = {}
        self._pages: dict[str, QWidget] = {}
        self._listed: bool | None = None
        self._opened = ""
        self._asked = False  # a person opened or folded one: from then on it is theirs
        self._titles = QGridLayout()
        self._titles.setHorizontalSpacing(2)
        self._titles.setVerticalSpacing(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE // 2)
        whole.addLayout(self._titles)
        whole.addWidget(self._paged(), 1)
        self._arrange(listed=False)
        self._show("")

    @property
    def opened(self) -> str:
        """Title of the open section; "" if none is."""
        return self._opened

    def open(self, title: str) -> None:
        """Show the fields of a section, in place of another's; of "", none."""
        self._asked = True
        self._show(title)

    def go_to(self, path: str) -> None:
        """Open the section of a setting, bring its field in view and begin to edit it."""
        self.open(SETTINGS[path].section or "")
        QTimer.singleShot(0, self._fields[path], lambda: self._focus(path))

    def refresh(self, config: RunConfig) -> None:
        """Show the fields that say something under `config`, and what each section holds."""
        for field in self._fields.values():
            field.setVisible(is_relevant(field.setting, config))
        for title, label in self._summaries.items():
            shown = [each for each in self._of(title) if not each.isHidden()]
            label.set_full(*summarize((each.setting for each in shown), config))
            self._buttons[title].setToolTip(_tip(title, label))

    def summary(self, title: str) -> str:
        """What a section holds, in a line."""
        return self._summaries[title].full()

    def button(self, title: str) -> QToolButton:
        """Button that opens a section."""
        return self._buttons[title]

    def least_width(self) -> int:
        """Width that shows every field whole, px."""
        longest = max(field.sizeHint().width() for field in self._fields.values())
        return longest + self.area.verticalScrollBar().sizeHint().width() + SPACE + SPACE // 2

    def least_height(self) -> int:
        """Height that shows the longest section whole, px."""
        return self._titles.sizeHint().height() + SPACE // 2 + self._longest()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.least_width(), self._titles.minimumSize().height() + _EMPTY_PAGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        title = next(iter(self._buttons.values())).sizeHint().height() + self._titles.verticalSpacing()
        self._arrange(listed=self.height() >= len(SECTIONS) * title + SPACE + self._longest())
        self._open_first()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._open_first()

    # How

    def _show(self, title: str) -> None:
        self._opened = title
        for each, page in self._pages.items():
            self._buttons[each].setChecked(each == title)
            page.setVisible(each == title)
        self.area.verticalScrollBar().setValue(0)

    def _open_first(self) -> None:
        """Until a person asks for another: a section that is seen whole."""
        if self._asked or not self.isVisible():
            return
        room = self.height() - self._titles.sizeHint().height() - SPACE // 2
        self._show(next((each for each in FIRST if self._pages[each].sizeHint().height() <= room), ""))

    def _paged(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for title in SECTIONS:
            self._buttons[title] = button = QToolButton()
            button.setText(title)
            button.setObjectName(f"{title}Section")
            button.setAccessibleName(f"section {title}")
            button.setCheckable(True)
            button.setProperty("role", "section")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._clicked)
            self._summaries[title] = label = ElidedLabel()
            label.setObjectName("sectionSummary")
            label.setProperty("muted", True)
            label.setProperty("small", True)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._pages[title] = page = QWidget()
            rows = QVBoxLayout(page)
            rows.setContentsMargins(0, 0, SPACE // 2, 0)
            rows.setSpacing(SPACE // 4)
            for field in self._of(title):
                rows.addWidget(field)
            column.addWidget(page)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        return self.area

    def _of(self, title: str) -> Iterable[Field]:
        return (field for field in self._fields.values() if field.setting.section == title)

    def _arrange(self, listed: bool) -> None:
        """Titles one below the other, each with what it holds; or, where that leaves too little room, side by side."""
        if listed == self._listed:
            return
        self._listed = listed
        for row, title in enumerate(SECTIONS):
            button, label = self._buttons[title], self._summaries[title]
            place = (row, 0) if listed else divmod(row, _COLUMNS)
            self._titles.addWidget(button, *place)
            if listed:
                self._titles.addWidget(label, row, 1)
            label.setVisible(listed)
        self._titles.setColumnStretch(1, 1)
        for column in (0, 2):
            self._titles.setColumnStretch(column, 0 if listed else 1)

    def _clicked(self) -> None:
        button = self.sender()
        title = next(title for title, each in self._buttons.items() if each is button)
        self.open("" if title == self._opened else title)

    def _focus(self, path: str) -> None:
        self.area.ensureWidgetVisible(self._fields[path])
        self._fields[path].editor.setFocus()

    def _longest(self) -> int:
        """Height of the longest section's fields, were all of them shown, px."""
        row = max(field.sizeHint().height() for field in self._fields.values()) + SPACE // 4
        counts = [sum(1 for _ in self._of(title)) for title in SECTIONS]
        return row * max(counts)


def _tip(title: str, label: ElidedLabel) -> str:
    lines = "<br>".join(map(tooltips.plain, label.toolTip().split("\n")))
    return tooltips.wrapped(f"<b>{tooltips.plain(title)}</b>", lines)
